package io.tollgate.bench.hotpath;

import io.tollgate.bench.TokenServer;
import io.tollgate.bench.peers.TollgatePeer;
import org.apache.jmeter.engine.util.CompoundVariable;
import org.apache.jmeter.util.JMeterUtils;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Evaluates a sampler's field with a function, as JMeter does. The properties are those of a setUp
 * thread group, without a check of the expiry.
 */
@State(Scope.Benchmark)
public class FunctionReads {
  private static final String PROPERTY = "bench.authorization";

  private TokenServer server;
  private String profile;

  /** Sets the token in Tollgate and as a property before the measurement. */
  @Setup(Level.Trial)
  public void open() {
    JMeterRuntime.start();
    server = TokenServer.start("hot-path");
    TollgatePeer peer = new TollgatePeer(server.endpoint());
    profile = peer.profile();
    JMeterUtils.setProperty(PROPERTY, peer.authorization());
  }

  /** Ends the server's process. */
  @TearDown(Level.Trial)
  public void close() {
    server.close();
  }

  /** Each JMeter thread has its own clones. */
  @State(Scope.Thread)
  public static class Fields {
    private CompoundVariable tollgate;
    private CompoundVariable property;
    private CompoundVariable groovy;

    /** What JMeter does when it clones the plan for a thread. */
    @Setup(Level.Trial)
    public void parse(FunctionReads run) {
      JMeterRuntime.enter();
      tollgate = new CompoundVariable("${__tollgate(" + run.profile + ")}");
      property = new CompoundVariable("${__P(" + PROPERTY + ")}");
      groovy = new CompoundVariable("${__groovy(props.get('" + PROPERTY + "'))}");
      for (CompoundVariable field : new CompoundVariable[] {tollgate, property, groovy}) {
        if (!field.execute().startsWith("Bearer ")) {
          throw new IllegalStateException(field.getRawParameters() + " gives no token");
        }
      }
    }
  }

  /** Tollgate's function. */
  @Benchmark
  public String tollgate(Fields fields) {
    return fields.tollgate.execute();
  }

  /** A property. */
  @Benchmark
  public String property(Fields fields) {
    return fields.property.execute();
  }

  /** A property, read by a script. */
  @Benchmark
  public String groovy(Fields fields) {
    return fields.groovy.execute();
  }
}
