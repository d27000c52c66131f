package io.tollgate.testing;

import io.tollgate.Credential;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/** Waits for a condition, with a bound. */
public final class Until {
  private Until() {}

  /** Returns when the condition holds; fails after a minute. */
  public static void holds(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(60)) {
        throw new AssertionError("not within a minute: " + what);
      }
      try {
        Thread.sleep(2);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Returns when a drain of the profile's first token waits for a send; fails if it does not. */
  public static void drains(Credential credential) {
    AtomicReference<String> status = new AtomicReference<>();
    holds(
        "a drain",
        () -> {
          status.set(credential.status());
          return status.get().contains("\"state\":\"draining\"");
        });
    if (!status.get().contains("\"token_requests\":1,")) {
      throw new AssertionError("it waited for nothing: " + status);
    }
  }
}
