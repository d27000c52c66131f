package io.tollgate.profile;

import java.util.Arrays;
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
    private final double[] bounds;
    private final long[] upTo;
    private final double seconds;

    /**
     * Counts that were made elsewhere.
     *
     * @param bounds upper bounds, ascending, in seconds
     * @param counts one for each bound, and at the end one for what is longer than all
     * @param seconds how long all were
     */
    public Counts(double[] bounds, long[] counts, double seconds) {
      this.bounds = bounds.clone();
      this.upTo = counts.clone();
      Arrays.parallelPrefix(upTo, Long::sum);
      this.seconds = seconds;
    }

    /**
     * How many bounds there are.
     *
     * @return not counting infinity
     */
    public int bounds() {
      return bounds.length;
    }

    /**
     * An upper bound.
     *
     * @param index below {@link #bounds}
     * @return seconds
     */
    public double bound(int index) {
      return bounds[index];
    }

    /**
     * How many durations were at most as long as a bound.
     *
     * @param index below {@link #bounds}
     * @return those of shorter bounds included
     */
    public long upTo(int index) {
      return upTo[index];
    }

    /**
     * How many there were in all.
     *
     * @return no less than any {@link #upTo}
     */
    public long count() {
      return upTo[bounds.length];
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
    return new Counts(
        BOUNDS, Arrays.stream(buckets).mapToLong(LongAdder::sum).toArray(), seconds.sum());
  }
}
