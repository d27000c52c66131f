package io.tollgate.tests.chaos;

/** What the proxy does to one exchange of a request and its answer. */
enum Fault {
  /** The connection is closed when the request was read; the server gets nothing. */
  CUT_REQUEST(true, false),
  /** The same, by a TCP reset. */
  RESET_REQUEST(true, false),
  /** The connection is closed in the middle of the answer. */
  CUT_ANSWER(true, true),
  /** The same, by a TCP reset. */
  RESET_ANSWER(true, true),
  /** The server answers, and the client hears nothing until it gives up. */
  WITHHOLD(true, true),
  /** The answer is late, but in time. */
  DELAY(false, true),
  /** A byte of the answer's status line becomes another. */
  GARBLE_HEAD(true, true),
  /** The first byte of the answer's body becomes another, so that it is no JSON. */
  GARBLE_BODY(false, true),
  /** A character of the access token in the answer becomes another: the client can't know. */
  CHANGE_TOKEN(false, true),
  /** A character of the request's Authorization header becomes another: the server refuses. */
  CHANGE_AUTHORIZATION(false, true);

  private final boolean endsConnection;
  private final boolean reachesServer;

  Fault(boolean endsConnection, boolean reachesServer) {
    this.endsConnection = endsConnection;
    this.reachesServer = reachesServer;
  }

  /** Whether the connection ends with the exchange. */
  boolean endsConnection() {
    return endsConnection;
  }

  /** Whether the server gets a request. */
  boolean reachesServer() {
    return reachesServer;
  }

  /** Whether a sample of the API can fail by it: its body is not looked at. */
  boolean concernsApi() {
    return this != GARBLE_BODY && this != CHANGE_TOKEN;
  }
}
