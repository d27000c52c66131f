package io.tollgate.text;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Writes moments as the clock of one zone shows them. */
public final class LocalClock {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private final ZoneId zone;

  /**
   * A clock of one zone.
   *
   * @param zone for example this machine's
   */
  public LocalClock(ZoneId zone) {
    this.zone = zone;
  }

  /**
   * Writes a time of day.
   *
   * @param at as {@link System#currentTimeMillis}
   * @return for example {@code 10:02:17}
   */
  public String time(long at) {
    return TIME.format(Instant.ofEpochMilli(at).atZone(zone));
  }

  /**
   * Writes a time with its day.
   *
   * @param at as {@link System#currentTimeMillis}
   * @return for example {@code 2026-05-01 10:02:17}
   */
  public String day(long at) {
    return DAY.format(Instant.ofEpochMilli(at).atZone(zone));
  }
}
