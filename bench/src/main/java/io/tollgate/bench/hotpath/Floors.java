package io.tollgate.bench.hotpath;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Lower bounds: a check of the expiry reads a clock, and access by name reads a map. */
@State(Scope.Benchmark)
public class Floors {
  private final ConcurrentMap<String, String> map = new ConcurrentHashMap<>();
  private String key = "genesys";
  private volatile String held = "Bearer " + "t".repeat(900);

  /** A new string for each look-up, as in a script. */
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

  /** A volatile field, without a check of the expiry. */
  @Benchmark
  public String volatileRead() {
    return held;
  }
}
