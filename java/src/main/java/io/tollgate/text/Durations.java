package io.tollgate.text;

import java.text.DecimalFormatSymbols;
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
    return of(millis, Locale.ROOT);
  }

  /**
   * Writes a duration in a language.
   *
   * @param millis of either sign
   * @param language of its readers
   * @return without its sign, for example {@code 4,2 s}
   */
  public static String of(double millis, Locale language) {
    double seconds = Math.abs(millis) / 1000;
    if (seconds < 1) {
      return String.format(Locale.ROOT, "%.0f ms", seconds * 1000);
    }
    if (seconds < 120) {
      return trimmed(seconds, language) + " s";
    }
    if (seconds < 2 * 3600) {
      return trimmed(seconds / 60, language) + " min";
    }
    if (seconds < 3 * 86_400) {
      return trimmed(seconds / 3600, language) + " h";
    }
    String days = trimmed(seconds / 86_400, language);
    return Words.beside(Durations.class, language).of("days", days);
  }

  private static String trimmed(double number, Locale language) {
    String text = String.format(Locale.ROOT, number < 10 ? "%.1f" : "%.0f", number);
    char point = DecimalFormatSymbols.getInstance(language).getDecimalSeparator();
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text.replace('.', point);
  }
}
