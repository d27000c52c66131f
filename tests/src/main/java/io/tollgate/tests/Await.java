package io.tollgate.tests;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waiting for something that another process does: polled, and bounded. */
public final class Await {
  private static final long POLL_MILLIS = 20;

  private Await() {}

  /** Kills a process if it still runs, and waits for its end. */
  static void killed(Process process) {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Blocks until the condition holds.
   *
   * @param what completes "waited in vain for ..."
   * @param limit to which the time is added in which ready threads waited for a processor
   * @throws AssertionError when the limit has passed
   */
  public static void until(String what, Duration limit, BooleanSupplier condition) {
    CpuWait cpuWait = CpuWait.start();
    long start = System.nanoTime();
    boolean holds = within(limit, condition);
    while (!holds && System.nanoTime() - start < cpuWait.extended(limit).toNanos()) {
      holds = within(Duration.ofSeconds(1), condition);
    }
    if (!holds) {
      throw new AssertionError("waited " + limit.toMillis() + " ms in vain for " + what);
    }
  }

  /** Blocks until the condition holds (true) or the limit has passed (false). */
  public static boolean within(Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while polling", e);
      }
    }
    return true;
  }
}
