package io.tollgate.bench.hotpath;

import io.tollgate.bench.TokenServer;
import io.tollgate.bench.peers.TollgatePeer;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Locale;
import java.util.Properties;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The short form that guards the hot path in continuous integration: what a read costs, in looks at
 * the clock of the same seconds, against the ratio that is kept in a file. A slow or busy machine
 * slows both.
 *
 * <p>The two are measured in turns, in rounds short enough to fall between two interruptions, and
 * the best round of each counts. How a JVM compiled is the one thing that no number of rounds evens
 * out; so whoever calls this tries again in a new JVM before he believes a failure.
 */
public final class HitRatio {
  /** Slower than that many times what is kept is a change of the code, not of the weather. */
  static final double TOLERANCE = 2;

  /** Some milliseconds a round: shorter than a scheduler's turn. */
  private static final int READS = 50_000;

  /** The first third of them is the compiler's. */
  private static final int ROUNDS = 150;

  private static volatile long sink;

  private HitRatio() {}

  /**
   * Measures and judges; ends with 1 if the read became too slow.
   *
   * @param args the file with the ratio that is kept
   */
  public static void main(String[] args) throws IOException {
    double kept = kept(Paths.get(args[0]));
    double measured;
    try (TokenServer server = TokenServer.start("hit-ratio")) {
      TollgatePeer peer = new TollgatePeer(server.endpoint());
      measured = measure(peer.credential()::authorization);
    }
    boolean allowed = isAllowed(measured, kept);
    System.out.printf(
        Locale.ROOT,
        "a hit takes %.2f looks at the clock; kept are %.2f, allowed %.2f: %s%n",
        measured,
        kept,
        kept * TOLERANCE,
        allowed ? "ok" : "TOO SLOW");
    System.exit(allowed ? 0 : 1);
  }

  static boolean isAllowed(double measured, double kept) {
    return measured <= kept * TOLERANCE;
  }

  static double kept(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader text = Files.newBufferedReader(file)) {
      properties.load(text);
    }
    String ratio = properties.getProperty("ratio");
    if (ratio == null) {
      throw new IOException(file + " has no line `ratio=`");
    }
    return Double.parseDouble(ratio);
  }

  /** How many looks at the clock one read takes. */
  static double measure(Supplier<String> read) {
    long hit = Long.MAX_VALUE;
    long clock = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      clock = Math.min(clock, nanos(HitRatio::looks));
      hit = Math.min(hit, nanos(() -> reads(read)));
    }
    return (double) hit / clock;
  }

  private static long nanos(LongSupplier round) {
    long start = System.nanoTime();
    sink += round.getAsLong();
    return System.nanoTime() - start;
  }

  private static long looks() {
    long sum = 0;
    for (int i = 0; i < READS; i++) {
      sum += System.nanoTime();
    }
    return sum;
  }

  private static long reads(Supplier<String> read) {
    long sum = 0;
    for (int i = 0; i < READS; i++) {
      sum += read.get().length();
    }
    return sum;
  }
}
