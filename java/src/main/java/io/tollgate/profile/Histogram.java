package io.tollgate.profile;

import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/**
 * Durations, counted in buckets. Any number of threads may add at once, and none waits for another.
 */
public final class Histogram {
  private static final double[] BOUNDS = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60
  };

  /** What was added so far. Can't be changed. */
  public static final class Counts {
    private final long[] upTo = new long[BOUNDS.length + 1];
    private final double seconds;

    private Counts(LongAdder[] buckets, double seconds) {
      long sum = 0;
      for (int i = 0; i < buckets.length; i++) {
        sum += buckets[i].sum();
        upTo[i] = sum;
      }
      this.seconds = seconds;
    }

    /**
     * How many durations were at most as long as the bound with this index.
     *
     * @param bound below {@link #bounds}
     * @return those of shorter bounds included
     */
    public long upTo(int bound) {
      return upTo[bound];
    }

    /**
     * How many there were in all.
     *
     * @return no less than any {@link #upTo}
     */
    public long count() {
      return upTo[BOUNDS.length];
    }

    /**
     * How long they were in all.
     *
     * @return seconds
     */
    public double seconds() {
      return seconds;
    }
  }

  private final LongAdder[] buckets = new LongAdder[BOUNDS.length + 1];
  private final DoubleAdder seconds = new DoubleAdder();

  /** Makes an empty one. */
  public Histogram() {
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = new LongAdder();
    }
  }

  /**
   * Adds a duration.
   *
   * @param nanos how long it was
   */
  public void add(long nanos) {
    double duration = nanos / 1e9;
    int bucket = 0;
    while (bucket < BOUNDS.length && duration > BOUNDS[bucket]) {
      bucket++;
    }
    buckets[bucket].increment();
    seconds.add(duration);
  }

  /**
   * What was added so far.
   *
   * @return a copy
   */
  public Counts counts() {
    return new Counts(buckets, seconds.sum());
  }

  /**
   * How many bounds there are.
   *
   * @return the same for all histograms
   */
  public static int bounds() {
    return BOUNDS.length;
  }

  /**
   * An upper bound.
   *
   * @param index below {@link #bounds}
   * @return seconds
   */
  public static double bound(int index) {
    return BOUNDS[index];
  }
}
