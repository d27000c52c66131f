package io.tollgate.cli.findings;

import java.util.Arrays;

/**
 * Many samples of one kind, each as four numbers: begin, end, thread, and whether it was good. In
 * the order they came until {@link #sort}.
 *
 * <p>Bounded: a file in which a kind is the rule and not the exception is judged by its first
 * quarter million; the rest is counted.
 */
final class SampleTimes {
  /** 4 MiB of them. The place of one fits the low bits of a sort key. */
  private static final int MOST = 1 << 18;

  private static final int PLACE_BITS = 18;

  private long[] starts = new long[256];
  private int[] lengths = new int[256];
  private int[] threads = new int[256];
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
      lengths = Arrays.copyOf(lengths, larger);
      threads = Arrays.copyOf(threads, larger);
    }
    starts[size] = start;
    lengths[size] = (int) Math.min(Integer.MAX_VALUE, end - start);
    // Good ones as they are, bad ones negated.
    threads[size++] = isGood ? thread : ~thread;
  }

  /** Puts them in the order of their beginning. */
  SampleTimes sort() {
    long first = Long.MAX_VALUE;
    for (int i = 0; i < size; i++) {
      first = Math.min(first, starts[i]);
    }
    long[] order = new long[size];
    for (int i = 0; i < size; i++) {
      order[i] = starts[i] - first << PLACE_BITS | i;
    }
    Arrays.sort(order);
    int[] sortedLengths = new int[Math.max(1, size)];
    int[] sortedThreads = new int[Math.max(1, size)];
    long[] sortedStarts = new long[Math.max(1, size)];
    for (int i = 0; i < size; i++) {
      int place = (int) order[i] & MOST - 1;
      sortedStarts[i] = starts[place];
      sortedLengths[i] = lengths[place];
      sortedThreads[i] = threads[place];
    }
    starts = sortedStarts;
    lengths = sortedLengths;
    threads = sortedThreads;
    return this;
  }

  /** The place of the first sorted one that begins after a moment, {@link #size} if none does. */
  int after(long at) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = low + high >>> 1;
      if (starts[middle] <= at) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
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
    return starts[i] + lengths[i];
  }

  int thread(int i) {
    return threads[i] < 0 ? ~threads[i] : threads[i];
  }

  boolean isGood(int i) {
    return threads[i] >= 0;
  }
}
