package io.tollgate.text;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times, durations and numbers as people say them. */
public final class Spoken {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private final ZoneId zone;

  /**
   * Words for one zone.
   *
   * @param zone whose clock is read
   */
  public Spoken(ZoneId zone) {
    this.zone = zone;
  }

  /**
   * A time of day.
   *
   * @param at as {@link System#currentTimeMillis}
   * @return for example {@code 10:02:17}
   */
  public String clock(long at) {
    return CLOCK.format(Instant.ofEpochMilli(at).atZone(zone));
  }

  public String day(long at) {
    return DAY.format(Instant.ofEpochMilli(at).atZone(zone));
  }

  /**
   * A duration, two units at most.
   *
   * @param millis how long
   * @return for example {@code 310 ms}, {@code 4.2 s}, {@code 9 m 56 s}
   */
  public static String duration(long millis) {
    if (millis < 1000) {
      return millis + " ms";
    }
    if (millis < 10_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000.0).replace(".0 s", " s");
    }
    long seconds = Math.round(millis / 1000.0);
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return two(seconds / 60, "m", seconds % 60, "s");
    }
    long minutes = Math.round(seconds / 60.0);
    return minutes < 48 * 60
        ? two(minutes / 60, "h", minutes % 60, "m")
        : two(minutes / 1440, "d", minutes % 1440 / 60, "h");
  }

  private static String two(long big, String unit, long small, String part) {
    return big + " " + unit + (small == 0 ? "" : " " + small + " " + part);
  }

  public static String count(long number, String one, String many) {
    return number == 1 ? "one " + one : number + " " + many;
  }
}
