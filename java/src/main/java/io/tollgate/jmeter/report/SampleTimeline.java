package io.tollgate.jmeter.report;

import io.tollgate.cli.jtl.Jtl;
import io.tollgate.cli.jtl.JtlSample;
import io.tollgate.cli.jtl.NotAJtl;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The samples of a run over time, in slices of equal length: how many ended well and how many did
 * not, and how long they took. Read from the run's results in one pass and constant memory.
 */
final class SampleTimeline {
  static final int SLICES = 220;

  /** Each bucket of times ends 15 % above the one before; the last begins at 20 minutes. */
  private static final double GROWTH = 1.15;

  private static final int BUCKETS = 100;

  final long start;
  final long end;
  final long[] good = new long[SLICES];
  final long[] failed = new long[SLICES];
  private final int[][] times = new int[SLICES][];
  private long samples;

  private SampleTimeline(long start, long end) {
    this.start = start;
    this.end = Math.max(end, start + 1000);
  }

  /**
   * Reads results.
   *
   * @param results a JTL
   * @param start of the run
   * @param end of the run
   * @return the samples that ended in the run
   * @throws IOException if it can't be read
   * @throws NotAJtl if it is none
   */
  static SampleTimeline read(Path results, long start, long end) throws IOException, NotAJtl {
    SampleTimeline timeline = new SampleTimeline(start, end);
    try (Jtl jtl = Jtl.open(results, false)) {
      for (JtlSample sample = jtl.take(); sample != null; sample = jtl.take()) {
        timeline.take(sample);
      }
    }
    return timeline;
  }

  private void take(JtlSample sample) {
    if (sample.end < start || sample.end > end) {
      return; // of an earlier run in the same file
    }
    int slice = (int) Math.min(SLICES - 1, (sample.end - start) * SLICES / (end - start));
    samples += sample.count;
    failed[slice] += sample.failures;
    good[slice] += sample.count - sample.failures;
    times[slice] = times[slice] == null ? new int[BUCKETS] : times[slice];
    double millis = Math.max(1, sample.end - sample.start);
    int bucket = (int) (Math.log(millis) / Math.log(GROWTH));
    times[slice][Math.min(BUCKETS - 1, bucket)]++;
  }

  /** How many there are. */
  long samples() {
    return samples;
  }

  /** When a slice begins. */
  long at(int slice) {
    return start + (end - start) * slice / SLICES;
  }

  /**
   * The time within which a share of the samples of a slice ended, to 8 %.
   *
   * @param slice of the run
   * @param share for example 0.5 for the median
   * @return milliseconds, 0 if there are no samples
   */
  double millis(int slice, double share) {
    int[] counts = times[slice];
    if (counts == null) {
      return 0;
    }
    long all = 0;
    for (int count : counts) {
      all += count;
    }
    long before = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      before += counts[bucket];
      if (before >= Math.ceil(all * share)) {
        return Math.pow(GROWTH, bucket + 0.5);
      }
    }
    throw new IllegalStateException("no bucket for " + share);
  }
}
