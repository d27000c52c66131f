package io.tollgate.text;

import java.util.Locale;

/** Writes counts and shares for people. */
public final class Counts {
  private Counts() {}

  /**
   * Writes a count with its noun.
   *
   * @param number how many
   * @param one the noun of one
   * @param many the noun of any other number
   * @return for example {@code one token}, {@code 3 tokens}
   */
  public static String of(long number, String one, String many) {
    return number == 1 ? "one " + one : number + " " + many;
  }

  /**
   * Writes a number with separators of thousands.
   *
   * @param number of any size
   * @return for example {@code 12,345}
   */
  public static String grouped(long number) {
    return grouped(number, Locale.ROOT);
  }

  /**
   * Writes a number with the separators of a language.
   *
   * @param number of any size
   * @param language of its readers
   * @return for example {@code 12.345}
   */
  public static String grouped(long number, Locale language) {
    return String.format(language, "%,d", number);
  }

  /**
   * Writes a share.
   *
   * @param part of the whole
   * @param whole may be 0
   * @return for example {@code 12 %}
   */
  public static String percent(double part, double whole) {
    return whole <= 0 ? "0 %" : String.format(Locale.ROOT, "%.0f %%", 100 * part / whole);
  }
}
