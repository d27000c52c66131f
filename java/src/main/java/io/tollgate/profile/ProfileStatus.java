package io.tollgate.profile;

import io.tollgate.ErrorCode;
import io.tollgate.text.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a profile says of itself, as JSON without secrets. */
final class ProfileStatus {
  private ProfileStatus() {}

  static String of(OpenedProfile opened) {
    return opened.engine.status(opened.handle);
  }

  /** Of a profile that could not be opened: the engine knows nothing of it. */
  static String failed(String profile, ErrorCode code, String message) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("profile", profile);
    members.put("state", code == ErrorCode.NATIVE_UNAVAILABLE ? "unavailable" : "failed");
    members.put("error", code.name());
    members.put("message", message);
    return JsonWriter.write(members);
  }
}
