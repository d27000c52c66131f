package io.tollgate.tests.failures;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * When token requests came, against the minute: do they come together or one by one?
 *
 * <p>Two views, because each misses what the other sees. The histogram over all minutes shows what
 * keeps to the clock, and takes requests that come together in a different part of each minute for
 * evenly spread. The crowd is the worst tenth of a minute that there was, wherever it began.
 */
final class MinuteMarkSpread {
  private static final int PARTS = 10;

  private final long[] times;
  private final long minuteMillis;

  /**
   * @param times of the requests, in ms since the epoch
   * @param minute how long a minute lasts
   */
  MinuteMarkSpread(List<Long> times, Duration minute) {
    this.times = times.stream().mapToLong(Long::longValue).sorted().toArray();
    this.minuteMillis = minute.toMillis();
  }

  /** How many requests came in each tenth of all minutes together. */
  int[] histogram() {
    int[] tenths = new int[PARTS];
    for (long time : times) {
      tenths[(int) (Math.floorMod(time, minuteMillis) * PARTS / minuteMillis)]++;
    }
    return tenths;
  }

  /** How many came in the fullest tenth of all minutes together. */
  int fullest() {
    return Arrays.stream(histogram()).max().orElse(0);
  }

  /** The share of the requests, in percent, that came in the fullest tenth; evenly, it is 10. */
  long fullestTenth() {
    return times.length == 0 ? 0 : Math.round(100.0 * fullest() / times.length);
  }

  /** How many minutes the requests touch. */
  long minutes() {
    return times.length == 0
        ? 0
        : times[times.length - 1] / minuteMillis - times[0] / minuteMillis + 1;
  }

  /** The most requests within a tenth of a minute, wherever it began. */
  int crowd() {
    int most = 0;
    int first = 0;
    for (int last = 0; last < times.length; last++) {
      while (times[last] - times[first] >= minuteMillis / PARTS) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }

  /** The histogram for a reader. */
  @Override
  public String toString() {
    return Arrays.stream(histogram()).mapToObj(Integer::toString).collect(Collectors.joining(" "));
  }
}
