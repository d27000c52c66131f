package io.tollgate.bench.waves;

import io.tollgate.bench.TokenServer;
import io.tollgate.bench.peers.TokenEndpoint;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A new client for each repetition. Tollgate has one cache for the JVM, and equal requests share a
 * token: only a new client starts without one.
 */
final class Clients {
  /** The server's flag {@code --client} that accepts any client. */
  static final String ANY = "*";

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private Clients() {}

  /** A client that the server has not seen. */
  static TokenEndpoint next(TokenServer server) {
    TokenEndpoint known = server.endpoint();
    return new TokenEndpoint(
        known.url(), "client-" + NUMBERS.incrementAndGet(), known.clientSecret());
  }
}
