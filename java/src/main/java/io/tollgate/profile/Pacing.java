package io.tollgate.profile;

/** Whether threads spread what remains of an API's quotas over the time to their reset. */
public enum Pacing {
  /** As the profile says. */
  OF_PROFILE,
  /** They do not. */
  OFF,
  /** By the API's rate headers. */
  RATE_HEADERS;

  /**
   * Reads a field.
   *
   * @param field {@code off}, {@code rate_headers}, or blank for the profile's
   * @return {@code null} for anything else
   */
  public static Pacing of(String field) {
    switch (field.trim()) {
      case "":
        return OF_PROFILE;
      case "off":
        return OFF;
      case "rate_headers":
        return RATE_HEADERS;
      default:
        return null;
    }
  }
}
