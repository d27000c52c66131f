package io.tollgate.tests.failures;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a process holds, over time: resident memory and threads, as Linux tells them.
 *
 * <p>Its first minute is warm-up: classes are loaded, buffers grow, sessions come up to their
 * number. What counts is how the last minute compares with the second.
 */
final class SustainedFootprint {
  private static final Duration WARM_UP = Duration.ofMinutes(1);
  private static final Duration SPAN = Duration.ofMinutes(1);

  private final List<Reading> readings = new ArrayList<>();

  /**
   * One look at the process.
   *
   * @param atMillis since the load began
   * @param residentKib resident memory: heap, threads' stacks, code and everything native
   * @param threads of the JVM and of native code together
   */
  record Reading(long atMillis, long residentKib, long threads) {}

  void add(Reading reading) {
    readings.add(reading);
  }

  /** Looks at a process now; does nothing once it has ended. */
  void look(long pid, Duration sinceStart) {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    try {
      List<String> lines = Files.readAllLines(status);
      long resident = field(lines, "VmRSS:");
      if (resident > 0) {
        add(new Reading(sinceStart.toMillis(), resident, field(lines, "Threads:")));
      }
    } catch (IOException e) {
      if (Files.exists(status)) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The latest look. */
  Reading now() {
    return readings.get(readings.size() - 1);
  }

  /** Is there something to compare: a minute past the warm-up, and another one after it? */
  boolean isLongEnough() {
    return last() >= WARM_UP.plus(SPAN.multipliedBy(2)).toMillis();
  }

  /** By how much the resident memory of the last minute exceeds that of the second, in KiB. */
  long drift() {
    return Math.round(meanOfLast(Reading::residentKib) - meanOfFirst(Reading::residentKib));
  }

  /** By how much the number of threads of the last minute exceeds that of the second. */
  long moreThreads() {
    return Math.round(meanOfLast(Reading::threads) - meanOfFirst(Reading::threads));
  }

  /** The most threads there were at any look. */
  long mostThreads() {
    return readings.stream().mapToLong(Reading::threads).max().orElse(0);
  }

  /** The resident memory of the last minute, in KiB. */
  long resident() {
    return Math.round(meanOfLast(Reading::residentKib));
  }

  private double meanOfFirst(ToLongFunction<Reading> of) {
    return mean(of, WARM_UP.toMillis(), WARM_UP.plus(SPAN).toMillis());
  }

  private double meanOfLast(ToLongFunction<Reading> of) {
    return mean(of, last() - SPAN.toMillis(), last());
  }

  private double mean(ToLongFunction<Reading> of, long from, long to) {
    return readings.stream()
        .filter(reading -> reading.atMillis() >= from && reading.atMillis() <= to)
        .mapToLong(of)
        .average()
        .orElseThrow(() -> new AssertionError("nothing was read from " + from + " ms on"));
  }

  private long last() {
    return readings.isEmpty() ? 0 : readings.get(readings.size() - 1).atMillis();
  }

  private static long field(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.replaceAll("[^0-9]", ""))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElse(0);
  }
}
