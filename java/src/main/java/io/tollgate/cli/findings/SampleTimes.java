package io.tollgate.cli.findings;

import java.util.Arrays;

/**
 * Many samples of one kind, each as four numbers: begin, end, thread, and whether it was good. In
 * the order they came until {@link #sort}.
 *
 * <p>Bounded: a file in which a kind is the rule and not the exception is judged by its first half
 * million; the rest is counted.
 */
final class SampleTimes {
  /** 10 MiB of them. */
  private static final int MOST = 500_000;

  private long[] starts = new long[256];
  private long[] ends = new long[256];
  private int[] threads = new int[256];
  private boolean[] good = new boolean[256];
  private int size;
  private long all;
  private long allGood;

  void add(long start, long end, int thread, boolean isGood) {
    all++;
    allGood += isGood ? 1 : 0;
    if (size == MOST) {
      return;
    }
    if (size == starts.length) {
      int larger = Math.min(MOST, size * 2);
      starts = Arrays.copyOf(starts, larger);
      ends = Arrays.copyOf(ends, larger);
      threads = Arrays.copyOf(threads, larger);
      good = Arrays.copyOf(good, larger);
    }
    starts[size] = start;
    ends[size] = end;
    threads[size] = thread;
    good[size++] = isGood;
  }

  /** Puts them in the order of their beginning. */
  SampleTimes sort() {
    Integer[] order = new Integer[size];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Long.compare(starts[a], starts[b]));
    SampleTimes sorted = new SampleTimes();
    for (int i : order) {
      sorted.add(starts[i], ends[i], threads[i], good[i]);
    }
    sorted.all = all;
    sorted.allGood = allGood;
    return sorted;
  }

  /** How many are here. */
  int size() {
    return size;
  }

  /** How many there were. */
  long all() {
    return all;
  }

  /** How many of them were good. */
  long allGood() {
    return allGood;
  }

  boolean isCut() {
    return all > size;
  }

  long start(int i) {
    return starts[i];
  }

  long end(int i) {
    return ends[i];
  }

  int thread(int i) {
    return threads[i];
  }

  boolean isGood(int i) {
    return good[i];
  }
}
