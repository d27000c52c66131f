package io.tollgate.cli.findings;

import java.util.Arrays;
import java.util.List;

/** Whether things come at even intervals, and whether the clock on the wall sets them. */
final class Period {
  /** With fewer, two equal intervals would be a rhythm by chance. */
  private static final int LEAST = 3;

  /** An interval may differ so much from their middle. */
  private static final double TOLERANCE = 0.2;

  /** So near to the mark is on the mark: a twentieth of the interval. */
  private static final double NEAR = 0.05;

  private static final long MINUTE = 60_000;

  /** From one to the next, in ms. */
  final long interval;

  /** They begin where the clock's own divisions of that length begin. */
  final boolean byTheClock;

  private Period(long interval, boolean byTheClock) {
    this.interval = interval;
    this.byTheClock = byTheClock;
  }

  boolean isOfMinutes() {
    return byTheClock && interval % MINUTE == 0;
  }

  /** The rhythm of these waves, {@code null} if they have none. */
  static Period of(List<Burst> waves) {
    if (waves.size() < LEAST) {
      return null;
    }
    long[] gaps = new long[waves.size() - 1];
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = waves.get(i + 1).from - waves.get(i).from;
    }
    long[] sorted = gaps.clone();
    Arrays.sort(sorted);
    long middle = sorted[sorted.length / 2];
    int even = 0;
    for (long gap : gaps) {
      even += Math.abs(gap - middle) <= TOLERANCE * middle ? 1 : 0;
    }
    // One in four may be missing or double: a refresh that failed, a thread that was late.
    if (middle < 500 || even * 4 < gaps.length * 3) {
      return null;
    }
    for (long unit : new long[] {MINUTE, 1_000}) {
      long whole = Math.max(unit, Math.round((double) middle / unit) * unit);
      if (Math.abs(whole - middle) <= NEAR * whole && onTheMark(waves, whole)) {
        return new Period(whole, true);
      }
    }
    return new Period(middle, false);
  }

  private static boolean onTheMark(List<Burst> waves, long interval) {
    int near = 0;
    for (Burst wave : waves) {
      near += Math.floorMod(wave.from, interval) <= 2 * NEAR * interval ? 1 : 0;
    }
    return near * 4 >= waves.size() * 3;
  }
}
