package io.tollgate.bench.report;

import java.util.Optional;
import java.util.function.Function;

/**
 * A goal of the hot path, relative to a bound of the same run, so it does not depend on the speed
 * of the machine.
 *
 * @param text the goal
 * @param judge measures it; empty if it was not run
 */
record Goal(String text, Function<HotPathResults, Optional<Outcome>> judge) {
  /**
   * The outcome.
   *
   * @param measured the measured values, as text
   * @param met or not
   */
  record Outcome(String measured, boolean met) {}
}
