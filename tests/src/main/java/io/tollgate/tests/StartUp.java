package io.tollgate.tests;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * What the jar adds to a start of JMeter: an empty plan, by turns without the jar and with it, so
 * that whatever else the machine does meets both.
 */
public final class StartUp {
  private static final int ROUNDS = 11;

  private StartUp() {}

  /**
   * Prints the medians.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) throws IOException {
    JMeterHome without = JMeterHome.of(Layout.jmeter(), "jmeter-plain", false);
    JMeterHome with = JMeterHome.withTollgate();
    List<Long> plain = new ArrayList<>();
    List<Long> tollgate = new ArrayList<>();
    for (int i = 0; i <= ROUNDS; i++) {
      long one = run(without);
      long other = run(with);
      if (i > 0) { // the first round reads the files from the disk
        plain.add(one);
        tollgate.add(other);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "start to end of an empty plan, median of %d: without the jar %d ms (%d to %d), with it %d"
            + " ms (%d to %d)%n",
        ROUNDS,
        median(plain),
        Collections.min(plain),
        Collections.max(plain),
        median(tollgate),
        Collections.min(tollgate),
        Collections.max(tollgate));
  }

  private static long run(JMeterHome home) {
    Path directory = Layout.build().resolve("system").resolve("start-up");
    FinishedRun run = JMeterRun.in(directory, "empty.jmx").home(home).run(Duration.ofSeconds(60));
    if (run.exitCode() != 0) {
      throw new AssertionError("JMeter ended with " + run.exitCode() + "; see " + directory);
    }
    return run.took().toMillis();
  }

  private static long median(List<Long> values) {
    List<Long> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
