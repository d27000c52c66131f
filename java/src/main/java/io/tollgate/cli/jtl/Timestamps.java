package io.tollgate.cli.jtl;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Reads the column timeStamp: ms since the epoch, as JMeter writes them by default, another unit
 * since the epoch, as other tools do, or dates.
 */
final class Timestamps {
  /** Digits of a time since the epoch in ms, from 2001 to 2286. */
  private static final int DIGITS_OF_MILLIS = 13;

  private final double unit;
  private final DatedTimes dates;
  private long firstDigits;
  private long firstMillis;

  /** Times of one unit: that of most of the examples. */
  private Timestamps(double unit, DatedTimes dates) {
    this.unit = unit;
    this.dates = dates;
  }

  /** How the times of these examples are read, {@code null} if they are no times. */
  static Timestamps of(List<String> examples) {
    for (String example : examples) {
      double unit = unitOf(example);
      if (unit > 0) {
        return new Timestamps(unit, null);
      }
    }
    DatedTimes dates = DatedTimes.of(examples);
    return dates == null ? null : new Timestamps(0, dates);
  }

  /** Whether a text may be a time. */
  static boolean isTime(String text) {
    return unitOf(text) > 0 || DatedTimes.isDated(text);
  }

  /** How many ms the unit of a time since the epoch has, 0 if it is none. */
  private static double unitOf(String text) {
    int point = text.indexOf('.');
    String whole = point < 0 ? text : text.substring(0, point);
    if (!isDigits(whole) || point >= 0 && !isDigits(text.substring(point + 1))) {
      return 0;
    }
    switch (whole.length()) {
      case 10:
        return 1000;
      case DIGITS_OF_MILLIS:
        return 1;
      case 16:
        return 1e-3;
      case 19:
        return 1e-6;
      default:
        return 0;
    }
  }

  static boolean isDigits(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** The unit in which times are saved, in ms. */
  long resolution() {
    return dates == null ? 1 : dates.resolution();
  }

  /**
   * One time.
   *
   * @return ms since the epoch, -1 if it can't be read
   */
  long read(ByteBuffer words, int from, int to, TextCache texts) {
    if (unit == 1 && to - from == DIGITS_OF_MILLIS) {
      return millis(words, from, to);
    }
    String text = texts.get(words, from, to).trim();
    if (dates != null) {
      return dates.read(text);
    }
    double each = unitOf(text);
    return each == 0 ? -1 : (long) (Double.parseDouble(text) * each);
  }

  /** The first eight digits change once in a minute or two. */
  private long millis(ByteBuffer words, int from, int to) {
    long word = words.getLong(from);
    int behind = from + Words.BYTES;
    if (word != firstDigits) {
      long first = digits(words.array(), from, behind);
      if (first < 0) {
        return -1;
      }
      firstDigits = word;
      firstMillis = first * 100_000;
    }
    long rest = digits(words.array(), behind, to);
    return rest < 0 ? -1 : firstMillis + rest;
  }

  /** A number without a sign, -1 if it is none. */
  static long digits(byte[] bytes, int from, int to) {
    if (from >= to || to - from > 18) {
      return -1;
    }
    long number = 0;
    for (int i = from; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = 10 * number + digit;
    }
    return number;
  }
}
