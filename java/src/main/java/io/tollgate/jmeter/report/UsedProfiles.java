package io.tollgate.jmeter.report;

import io.tollgate.profile.TokenSources;
import io.tollgate.text.JsonReader;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The profiles that the last run uses, by their own names. The journal names a credential after the
 * profile that used it first: another profile with the same token request shares it, and so does
 * the same profile under a new name.
 */
public final class UsedProfiles {
  private final Map<String, String> tokens;
  private final Map<String, String> byToken = new HashMap<>();
  private final Map<String, String> failures;

  private UsedProfiles(Map<String, String> tokens, Map<String, String> failures) {
    this.tokens = tokens;
    this.failures = Collections.unmodifiableMap(failures);
    tokens.forEach((name, token) -> byToken.put(token, name));
  }

  /**
   * Where nothing is known of them: every profile is one.
   *
   * @return to read a journal alone
   */
  public static UsedProfiles any() {
    return new UsedProfiles(new LinkedHashMap<>(), new LinkedHashMap<>());
  }

  /**
   * Those that were opened in the last run. The engine may take a moment to answer: not for Swing's
   * thread.
   *
   * @return {@link #any} if none was
   */
  public static UsedProfiles ofLastRun() {
    return of(TokenSources.statusesOfLastRun());
  }

  /**
   * The profiles that these statuses describe.
   *
   * @param statuses of profiles, as the engine writes them
   * @return by their names
   */
  public static UsedProfiles of(Collection<String> statuses) {
    Map<String, String> tokens = new LinkedHashMap<>();
    Map<String, String> failures = new LinkedHashMap<>();
    for (String status : statuses) {
      Map<String, Object> members = JsonReader.object(JsonReader.parse(status));
      Object endpoint = members.get("endpoint");
      Object generation = members.get("generation");
      String name = String.valueOf(members.get("profile"));
      if (members.containsKey("error")) {
        failures.put(name, members.get("error") + ": " + members.get("message"));
      }
      tokens.put(
          name,
          endpoint instanceof String && generation instanceof Number
              ? token((String) endpoint, ((Number) generation).longValue())
              : "");
    }
    return new UsedProfiles(tokens, failures);
  }

  private static String token(String endpoint, long generation) {
    int query = endpoint.indexOf('?');
    return generation + " " + (query < 0 ? endpoint : endpoint.substring(0, query));
  }

  /**
   * Those that could not be opened.
   *
   * @return why, by their names; can't be changed
   */
  public Map<String, String> failures() {
    return failures;
  }

  /** Whether the run uses a profile. */
  boolean uses(String profile) {
    return tokens.isEmpty() || tokens.containsKey(profile);
  }

  /** The profile whose token has this generation, of this endpoint; {@code null} if none has. */
  String nameOf(String endpoint, long generation) {
    return byToken.get(token(endpoint, generation));
  }
}
