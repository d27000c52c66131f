package io.tollgate.cli.findings;

import java.util.Arrays;

/**
 * Counts over time, in equal slices. A run of any length fits: when it outgrows its slices they
 * become twice as wide.
 */
public final class SampleCounts {
  /** What is counted. */
  public enum Series {
    /** Good samples, by their end. */
    GOOD,
    /** Answers 401. */
    REFUSED,
    /** Answers 429, and 503 that name a wait. */
    THROTTLED,
    /** What failed otherwise. */
    OTHER,
    /** Token requests, by their beginning. */
    TOKEN,
    /** Samples that begin, of whatever kind. */
    BEGUN
  }

  /** Enough for a chart, and for silences of a second in a run of three minutes. */
  private static final int SLICES = 2_048;

  private final long[][] counts = new long[Series.values().length][SLICES];
  private long origin = Long.MIN_VALUE;
  private long width = 100;
  private int used;

  void count(Series series, long at) {
    if (origin == Long.MIN_VALUE) {
      // Samples that began earlier may end later: leave them room.
      origin = at - 20 * width;
    }
    while (at - origin >= width * SLICES) {
      widen();
    }
    int slice = (int) Math.max(0, (at - origin) / width);
    counts[series.ordinal()][slice]++;
    used = Math.max(used, slice + 1);
  }

  private void widen() {
    for (long[] series : counts) {
      for (int i = 0; i < SLICES / 2; i++) {
        series[i] = series[2 * i] + series[2 * i + 1];
      }
      Arrays.fill(series, SLICES / 2, SLICES, 0);
    }
    width *= 2;
    used = (used + 1) / 2;
  }

  /**
   * How long a slice is.
   *
   * @return in ms
   */
  public long width() {
    return width;
  }

  /**
   * How many slices there are.
   *
   * @return up to the last that holds something
   */
  public int size() {
    return used;
  }

  /**
   * When a slice begins.
   *
   * @param slice from 0
   * @return in ms since the epoch
   */
  public long from(int slice) {
    return origin + slice * width;
  }

  /**
   * What a slice holds.
   *
   * @param series of which
   * @param slice from 0
   * @return the count
   */
  public long get(Series series, int slice) {
    return counts[series.ordinal()][slice];
  }

  /** What a span holds, by whole slices. */
  long between(Series series, long from, long to) {
    long sum = 0;
    for (int i = 0; i < used; i++) {
      if (from(i) + width > from && from(i) <= to) {
        sum += get(series, i);
      }
    }
    return sum;
  }
}
