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

/** A live token, read from Tollgate, as code does that holds on to the credential or not. */
@State(Scope.Benchmark)
public class TollgateReads {
  private TokenServer server;
  private String profile;
  private Credential credential;

  /** The token is there before anything is measured. */
  @Setup(Level.Trial)
  public void open() {
    server = TokenServer.start("hot-path");
    TollgatePeer peer = new TollgatePeer(server.endpoint());
    profile = peer.profile();
    credential = peer.credential();
    credential.authorization();
  }

  /** By a code that has the credential. */
  @Benchmark
  public String held() {
    return credential.authorization();
  }

  /** By a script that names the profile anew in each sample. */
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
