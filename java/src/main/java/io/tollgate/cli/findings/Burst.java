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

  private Burst(long from, long to, int count, int threads, int good) {
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
    List<Burst> waves = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= sorted.size(); i++) {
      if (i == sorted.size() || sorted.start(i) - sorted.start(i - 1) > quiet) {
        Burst wave = between(sorted, from, i);
        if (wave.threads >= least) {
          waves.add(wave);
        }
        from = i;
      }
    }
    return waves;
  }

  private static Burst between(SampleTimes sorted, int from, int to) {
    BitSet threads = new BitSet();
    int good = 0;
    for (int i = from; i < to; i++) {
      threads.set(sorted.thread(i));
      good += sorted.isGood(i) ? 1 : 0;
    }
    return new Burst(
        sorted.start(from), sorted.start(to - 1), to - from, threads.cardinality(), good);
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
