package io.tollgate.bench.report;

import java.util.Optional;
import java.util.function.Function;

/**
 * What the hot path is meant to hold, as a number measured against a bound of the same run: a
 * machine twice as slow meets it as well or as badly.
 *
 * @param text what is wanted, in words
 * @param judge measures it; empty if it was not run
 */
record Goal(String text, Function<HotPathResults, Optional<Outcome>> judge) {
  /**
   * How it came out.
   *
   * @param measured in words
   * @param met or not
   */
  record Outcome(String measured, boolean met) {}
}
