package io.tollgate.cli.findings;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Moments close to each other, with quiet before and after. */
final class Burst {
  final long from;
  final long to;
  final int count;

  /** How many threads had a part in it. */
  final int threads;

  /** How many of them were good. */
  final int good;

  /** The thread of the first of them. */
  final int firstThread;

  private Burst(long from, long to, int count, int threads, int good, int firstThread) {
    this.firstThread = firstThread;
    this.from = from;
    this.to = to;
    this.count = count;
    this.threads = threads;
    this.good = good;
  }

  long length() {
    return to - from;
  }

  /**
   * Parts sorted moments by their beginnings.
   *
   * @param quiet this long without any ends a wave
   * @param least so many threads make one
   */
  static List<Burst> of(SampleTimes sorted, long quiet, int least) {
    return of(sorted, quiet, least, Long.MAX_VALUE);
  }

  /**
   * Parts sorted moments by their beginnings.
   *
   * @param quiet this long without any ends a wave
   * @param least so many threads make one
   * @param within so many threads must come within this time somewhere in it: others come one by
   *     one, as threads do that are started one by one
   */
  static List<Burst> of(SampleTimes sorted, long quiet, int least, long within) {
    List<Burst> waves = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= sorted.size(); i++) {
      if (i == sorted.size() || sorted.start(i) - sorted.start(i - 1) > quiet) {
        Burst wave = between(sorted, from, i);
        if (wave.threads >= least && isDense(sorted, from, i, least, within)) {
          waves.add(wave);
        }
        from = i;
      }
    }
    return waves;
  }

  private static boolean isDense(SampleTimes sorted, int from, int to, int least, long within) {
    if (within == Long.MAX_VALUE) {
      return true;
    }
    for (int i = from; i + least <= to; i++) {
      if (sorted.start(i + least - 1) - sorted.start(i) <= within) {
        int end = i;
        BitSet threads = new BitSet();
        while (end < to && sorted.start(end) - sorted.start(i) <= within) {
          threads.set(sorted.thread(end++));
        }
        if (threads.cardinality() >= least) {
          return true;
        }
      }
    }
    return false;
  }

  private static Burst between(SampleTimes sorted, int from, int to) {
    BitSet threads = new BitSet();
    int good = 0;
    for (int i = from; i < to; i++) {
      threads.set(sorted.thread(i));
      good += sorted.isGood(i) ? 1 : 0;
    }
    return new Burst(
        sorted.start(from),
        sorted.start(to - 1),
        to - from,
        threads.cardinality(),
        good,
        sorted.thread(from));
  }

  static Burst largest(List<Burst> waves) {
    Burst largest = waves.get(0);
    for (Burst wave : waves) {
      largest = wave.count > largest.count ? wave : largest;
    }
    return largest;
  }

  static int sum(List<Burst> waves) {
    return waves.stream().mapToInt(wave -> wave.count).sum();
  }
}
