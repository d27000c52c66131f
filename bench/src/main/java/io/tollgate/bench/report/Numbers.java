package io.tollgate.bench.report;

import java.util.Locale;

/** Numbers for the page: measurements of this kind have three significant digits. */
final class Numbers {
  private Numbers() {}

  /** Three significant digits. */
  static String short3(double value) {
    if (value >= 100) {
      return grouped(value);
    }
    return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
  }

  /** {@code 12,345}. */
  static String grouped(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }
}
