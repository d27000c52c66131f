package io.tollgate.profile;

/** What an engine of a test tells of a profile. */
final class Traits {
  private Traits() {}

  /** The usual ones. */
  static String json(long tokenTimeoutNanos, boolean drains, boolean lanes) {
    return String.format(
        "{\"token_timeout_nanos\":%d,\"on_token_failure\":\"fail_sample\",\"drains\":%b,\"lanes\":%b,\"place\":\"header\",\"name\":\"Authorization\",\"before\":\"Bearer"
            + " \",\"rejection_statuses\":\"\",\"rejection_texts\":\"\",\"limit_texts\":\"\",\"headers\":[]}",
        tokenTimeoutNanos, drains, lanes);
  }
}
