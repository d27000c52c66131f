package io.tollgate.bench.report;

import java.util.Locale;

/**
 * What one read cost one method with so many threads, over all iterations of all JVMs.
 *
 * @param median nanoseconds of a core
 * @param least of any iteration
 * @param most of any iteration
 * @param bytes allocated by one read
 */
record Reading(double median, double least, double most, double bytes) {
  /** JMH counts its own few objects too, spread over millions of reads. */
  private static final double NOTHING = 0.05;

  /** Reads a second with all cores busy, relative to another. */
  double throughputOver(Reading other) {
    return other.median / median;
  }

  boolean allocates() {
    return bytes > NOTHING;
  }

  /** {@code 21.3 (20.9–24.0)}. */
  String nanos() {
    return String.format(
        Locale.ROOT,
        "%s (%s–%s)",
        Numbers.short3(median),
        Numbers.short3(least),
        Numbers.short3(most));
  }

  String bytesText() {
    return allocates() ? Numbers.grouped(bytes) : "0";
  }
}
