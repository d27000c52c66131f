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
 * Guards the hot path in continuous integration: the cost of a read relative to a read of the
 * clock, against the ratio in a file. A slow or busy machine slows both.
 *
 * <p>Rounds of both alternate, short enough to fit between two preemptions, and the best round of
 * each counts. Rounds do not even out how a JVM compiled the code, so the caller repeats a failure
 * in a new JVM.
 */
public final class HitRatio {
  /** A higher factor over the stored ratio is a change of the code, not noise. */
  static final double TOLERANCE = 2;

  /** Some milliseconds a round: shorter than a scheduler's time slice. */
  private static final int READS = 50_000;

  /** The first third is warm-up. */
  private static final int ROUNDS = 150;

  private static volatile long sink;

  private HitRatio() {}

  /**
   * Measures and compares; exits with 1 if the read became too slow.
   *
   * @param args the file with the stored ratio
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

  /** The cost of a read in reads of the clock. */
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
