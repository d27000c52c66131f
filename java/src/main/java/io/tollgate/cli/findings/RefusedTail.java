package io.tollgate.cli.findings;

import io.tollgate.cli.jtl.JtlSample;

/**
 * The 401s that ended after the last good sample: a token that ended, and nothing brings another.
 * By time where there are times, since not all files are in the order of time.
 */
final class RefusedTail {
  long count;
  long others;
  long from;
  private long lastGood = Long.MIN_VALUE;

  /** Takes a sample of the API. */
  void add(JtlSample sample, boolean isRefused, boolean timed) {
    if (sample.success) {
      lastGood = Math.max(lastGood, sample.end);
      if (!timed || sample.end >= from) {
        count = 0;
        others = 0;
      }
    } else if (timed && sample.end <= lastGood) {
      return;
    } else if (isRefused) {
      from = count == 0 ? sample.end : Math.min(from, sample.end);
      count++;
    } else {
      others++;
    }
  }
}
