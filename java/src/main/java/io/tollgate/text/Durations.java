package io.tollgate.text;

import java.util.Locale;

/** Writes durations for people, in one unit, as the engine's log does. */
public final class Durations {
  private Durations() {}

  /**
   * Writes a duration.
   *
   * @param millis of either sign
   * @return without its sign, for example {@code 310 ms}, {@code 4.2 s}, {@code 9.9 min}
   */
  public static String of(double millis) {
    double seconds = Math.abs(millis) / 1000;
    if (seconds < 1) {
      return String.format(Locale.ROOT, "%.0f ms", seconds * 1000);
    }
    if (seconds < 120) {
      return trimmed(seconds) + " s";
    }
    if (seconds < 2 * 3600) {
      return trimmed(seconds / 60) + " min";
    }
    if (seconds < 3 * 86_400) {
      return trimmed(seconds / 3600) + " h";
    }
    return trimmed(seconds / 86_400) + " days";
  }

  private static String trimmed(double number) {
    String text = String.format(Locale.ROOT, number < 10 ? "%.1f" : "%.0f", number);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
