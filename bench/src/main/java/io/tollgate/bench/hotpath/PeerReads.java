package io.tollgate.bench.hotpath;

import io.tollgate.bench.TokenServer;
import io.tollgate.bench.peers.Peer;
import io.tollgate.bench.peers.Peers;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Reads a valid token from each peer, in a JVM of its own. */
@State(Scope.Benchmark)
public class PeerReads {
  /** The key in {@link Peers}. */
  @Param({
    "synchronized",
    "reference",
    "map",
    "caffeine",
    "aws",
    "google",
    "azure",
    "spring",
    "msal"
  })
  public String peer;

  private TokenServer server;
  private Peer opened;

  /** Fetches the token before the measurement. */
  @Setup(Level.Trial)
  public void open() throws Exception {
    server = TokenServer.start("hot-path");
    opened = Peers.of(peer).open(server.endpoint());
    opened.authorization();
  }

  /** One read. */
  @Benchmark
  public String read() throws Exception {
    return opened.authorization();
  }

  /** Ends the server's process. */
  @TearDown(Level.Trial)
  public void close() {
    opened.close();
    server.close();
  }
}
