package io.tollgate.cli.findings;

import io.tollgate.cli.jtl.JtlSample;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/** Waits that servers named by {@code Retry-After}, and requests that were sent inside of one. */
final class NamedWaits {
  /** How many answers named one. */
  long named;

  /** Samples that began inside one after it was received. */
  long ignored;

  /** By side: the API's is 0, the token endpoint's 1. */
  private final long[] from = new long[2];

  private final long[] to = new long[2];

  /** Takes a sample; the wait in ms that it asks for, -1 if it asks for none. */
  long hear(JtlSample sample, int side) {
    if (sample.start > from[side] && sample.start < to[side]) {
      ignored++;
    }
    long wait = waitOf(sample);
    if (wait >= 0) {
      named++;
      if (sample.end + wait > to[side]) {
        // The one that ends latest counts; inside of it is whatever began after it was received.
        from[side] = to[side] > sample.end ? from[side] : sample.end;
        to[side] = sample.end + wait;
      }
    }
    return wait;
  }

  private static long waitOf(JtlSample sample) {
    if (sample.headers == null || !sample.code.equals("429") && !sample.code.equals("503")) {
      return -1;
    }
    String value = sample.header("retry-after");
    if (value == null) {
      return -1;
    }
    try {
      return Math.max(0, Long.parseLong(value)) * 1000;
    } catch (NumberFormatException e) {
      try {
        String date = sample.header("date");
        return Math.max(0, millis(value) - (date == null ? sample.end : millis(date)));
      } catch (DateTimeParseException unreadable) {
        return -1;
      }
    }
  }

  private static long millis(String date) {
    return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
        .toInstant()
        .toEpochMilli();
  }
}
