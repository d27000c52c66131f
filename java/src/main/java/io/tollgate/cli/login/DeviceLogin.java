package io.tollgate.cli.login;

import io.tollgate.Credential;
import java.io.IOException;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The device flow: the user signs in with a browser on any machine (RFC 8628). */
final class DeviceLogin {
  static final String GRANT = "urn:ietf:params:oauth:grant-type:device_code";

  /** RFC 8628 section 3.2. */
  private static final long USUAL_INTERVAL = 5;

  private final PrintStream out;
  private final LoginProfile profile;
  private long interval;
  private long expires;

  DeviceLogin(PrintStream out, LoginProfile profile) {
    this.out = out;
    this.profile = profile;
  }

  /** Seconds between two polls, as the server wants. */
  long interval() {
    return interval;
  }

  /** Seconds that the code lives. */
  long expires() {
    return expires;
  }

  /**
   * Gets a code and says where the user enters it.
   *
   * @param file where the refresh token goes
   * @return what redeems the code once the user has signed in
   */
  Credential run(String file) throws IOException, LoginFailure {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("client_id", profile.required("client_id"));
    String scope = profile.setting("scope");
    if (scope != null) {
      form.put("scope", scope);
    }
    String url = profile.url("device_authorization_url", "device_authorization_endpoint");
    HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
    Map<String, Object> answer =
        LoginProfile.answer(
            connection, "POST", Texts.form(form).getBytes(StandardCharsets.US_ASCII));
    interval = seconds(answer.get("interval"), USUAL_INTERVAL);
    expires = seconds(answer.get("expires_in"), 600);
    Object whole = answer.get("verification_uri_complete");
    // Google called it verification_url before the RFC was final.
    Object uri = answer.getOrDefault("verification_uri", answer.get("verification_url"));
    if (!(answer.get("device_code") instanceof String) || uri == null) {
      throw new LoginFailure("the answer of " + url + " has no device_code or verification_uri");
    }
    out.println("Sign in with a browser on any machine: " + (whole == null ? uri : whole));
    out.println("and enter the code: " + answer.get("user_code"));
    out.flush();
    Map<String, String> grant =
        Collections.singletonMap("device_code", (String) answer.get("device_code"));
    return profile.redeeming(GRANT, grant, file);
  }

  private static long seconds(Object value, long otherwise) {
    return value instanceof Number ? Math.max(1, ((Number) value).longValue()) : otherwise;
  }
}
