package io.tollgate.jmeter.elements;

import java.util.Map;

/**
 * The preset, grant and client authentication of a profile: they decide what else it needs. Where a
 * field has an expression, only a run knows; then the choice is no word of any rule.
 */
final class ProfileChoices {
  /** Nothing was chosen, in the rules of the engine. */
  static final String NOT_SET = "-";

  private static final String OWN_GRANT = "own";
  private static final String UNKNOWN = "?";

  private final String preset;
  private final String grant;
  private final String clientAuth;

  /** The choices of a profile with these settings. */
  ProfileChoices(Map<String, String> values) {
    this.preset = chosen(values, "preset");
    this.clientAuth = chosen(values, "client_auth");
    String named = chosen(values, "grant");
    this.grant = named.equals(NOT_SET) ? ofType(chosen(values, "grant_type"), preset) : named;
  }

  private static String chosen(Map<String, String> values, String key) {
    String value = values.getOrDefault(key, "").trim();
    if (value.isEmpty()) {
      return NOT_SET;
    }
    return value.contains("${") || value.startsWith("env:") || value.startsWith("file:")
        ? UNKNOWN
        : value;
  }

  private static String ofType(String grantType, String preset) {
    if (grantType.equals(NOT_SET)) {
      return grantOf(preset);
    }
    for (String[] grant : SettingsTable.rows("grant")) {
      if (grant[1].equals(grantType)) {
        return grant[0];
      }
    }
    return grantType.equals(UNKNOWN) ? UNKNOWN : OWN_GRANT;
  }

  private static String grantOf(String preset) {
    for (String[] row : SettingsTable.rows("preset")) {
      if (row[0].equals(preset)) {
        return row[2];
      }
    }
    return UNKNOWN;
  }

  String preset() {
    return preset;
  }

  /** The grant in effect; {@code own} for one that the server defines. */
  String grant() {
    return grant;
  }

  String clientAuth() {
    return clientAuth;
  }
}
