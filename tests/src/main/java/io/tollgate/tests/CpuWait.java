package io.tollgate.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * For how long threads of this machine that were ready to run waited for a processor: what a bound
 * on a time may be exceeded by, measured and not guessed.
 *
 * <p>The kernel's own total, of the time in which some ready thread did not run; nothing where it
 * keeps none.
 */
public final class CpuWait {
  private static final Path PRESSURE = Path.of("/proc/pressure/cpu");
  private static final Pattern SOME = Pattern.compile("some .*total=(\\d+)");

  private final Duration before = total();

  private CpuWait() {}

  /** Starts to measure. */
  public static CpuWait start() {
    return new CpuWait();
  }

  /** Since the start. */
  public Duration soFar() {
    return total().minus(before);
  }

  /**
   * A limit and what has been waited since the start, at most two thirds of the limit: what a test
   * is sure not to end in time must not end in the time that a busy machine is given.
   */
  public Duration extended(Duration limit) {
    Duration waited = soFar();
    Duration most = limit.multipliedBy(2).dividedBy(3);
    return limit.plus(waited.compareTo(most) < 0 ? waited : most);
  }

  private static Duration total() {
    try {
      Matcher total = SOME.matcher(Files.readString(PRESSURE));
      return total.find() ? Duration.ofNanos(1000 * Long.parseLong(total.group(1))) : Duration.ZERO;
    } catch (IOException none) {
      return Duration.ZERO;
    }
  }
}
