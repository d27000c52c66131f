package io.tollgate.bench;

import io.tollgate.bench.peers.TokenEndpoint;
import io.tollgate.tests.AuthServer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The misbehaving server, behaving: it issues tokens of realistic length to any client, and they
 * outlive the run. Later flags override these, and make it misbehave.
 */
public final class TokenServer implements AutoCloseable {
  private final AuthServer server;

  private TokenServer(AuthServer server) {
    this.server = server;
  }

  /**
   * Starts it in a process that ends with this JVM.
   *
   * @param name of the log file of its standard error
   * @param flags of the server, on top of those every run has
   */
  public static TokenServer start(String name, String... flags) {
    List<String> all = new ArrayList<>(List.of("--lifetime", "24h", "--token-bytes", "900"));
    all.addAll(Arrays.asList(flags));
    return new TokenServer(AuthServer.start(name, all.toArray(new String[0])));
  }

  /** The token endpoint and the client. */
  public TokenEndpoint endpoint() {
    return new TokenEndpoint(server.tokenUrl(), AuthServer.CLIENT_ID, AuthServer.CLIENT_SECRET);
  }

  /** The server, for its counts. */
  public AuthServer server() {
    return server;
  }

  @Override
  public void close() {
    server.close();
  }
}
