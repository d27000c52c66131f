package io.tollgate.bench.hotpath;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.bench.TokenServer;
import io.tollgate.bench.peers.TollgatePeer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Reads a valid token from Tollgate, by a held credential and by name. */
@State(Scope.Benchmark)
public class TollgateReads {
  private TokenServer server;
  private String profile;
  private Credential credential;

  /** Fetches the token before the measurement. */
  @Setup(Level.Trial)
  public void open() {
    server = TokenServer.start("hot-path");
    TollgatePeer peer = new TollgatePeer(server.endpoint());
    profile = peer.profile();
    credential = peer.credential();
    credential.authorization();
  }

  /** By a held credential. */
  @Benchmark
  public String held() {
    return credential.authorization();
  }

  /** By name, as a script does in each sample. */
  @Benchmark
  public String named() {
    return Tollgate.credential(profile).authorization();
  }

  /** Ends the server's process. */
  @TearDown(Level.Trial)
  public void close() {
    server.close();
  }
}
