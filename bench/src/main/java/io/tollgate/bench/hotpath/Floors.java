package io.tollgate.bench.hotpath;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What no way can be quicker than. Whoever checks that a token lives looks at a clock; whoever
 * finds it by name looks into a map.
 */
@State(Scope.Benchmark)
public class Floors {
  private final ConcurrentMap<String, String> map = new ConcurrentHashMap<>();
  private String key = "genesys";
  private volatile String held = "Bearer " + "t".repeat(900);

  /** As a name does that a script says anew in each sample. */
  public Floors() {
    map.put(new String(key.toCharArray()), held);
  }

  /** The clock. */
  @Benchmark
  public long nanoTime() {
    return System.nanoTime();
  }

  /** The map. */
  @Benchmark
  public String mapGet() {
    return map.get(key);
  }

  /** A field that another thread may change; nobody looks whether the token lives. */
  @Benchmark
  public String volatileRead() {
    return held;
  }
}
