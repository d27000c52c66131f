package io.tollgate.bench.report;

import java.util.Locale;

/** Numbers as people read them: three figures are all that a measurement of this kind has. */
final class Numbers {
  private Numbers() {}

  /** Three figures, and no more digits before the point than there are. */
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
