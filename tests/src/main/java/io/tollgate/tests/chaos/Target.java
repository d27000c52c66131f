package io.tollgate.tests.chaos;

/** A server behind the proxy. */
enum Target {
  AUTHSERVER(4),
  /** Starts slowly, so it is restarted less often. */
  KEYCLOAK(9);

  private final int roundsToRestart;

  Target(int roundsToRestart) {
    this.roundsToRestart = roundsToRestart;
  }

  int roundsToRestart() {
    return roundsToRestart;
  }
}
