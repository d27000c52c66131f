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
  private int latest;
  private long latestFrom = Long.MAX_VALUE;

  void count(Series series, long at, long howMany) {
    if (origin == Long.MIN_VALUE) {
      // Samples that began earlier may end later: leave them room.
      origin = at - 20 * width;
    }
    if (at < latestFrom || at - latestFrom >= width) {
      locate(at);
    }
    counts[series.ordinal()][latest] += howMany;
  }

  /** Most samples are counted in the slice of the one before: a division less each. */
  private void locate(long at) {
    while (at - origin >= width * SLICES) {
      widen();
    }
    if (at < origin) {
      reachBack(at);
    }
    latest = (int) ((at - origin) / width);
    latestFrom = origin + latest * width;
    used = Math.max(used, latest + 1);
  }

  /** Makes room for what began before everything that was counted: files of a run are merged. */
  private void reachBack(long at) {
    long missing = (origin - at + width - 1) / width;
    while (used + missing > SLICES) {
      widen();
      missing = (origin - at + width - 1) / width;
    }
    for (long[] series : counts) {
      System.arraycopy(series, 0, series, (int) missing, used);
      Arrays.fill(series, 0, (int) missing, 0);
    }
    origin -= missing * width;
    used += missing;
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
