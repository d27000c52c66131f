package io.tollgate.profile;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.engine.Engine;
import io.tollgate.engine.ServedToken;
import io.tollgate.run.Host;
import io.tollgate.run.Hosts;
import io.tollgate.run.TokenRequestFeed;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The wait of one thread for a token. The engine decides the outcome; this loop only sleeps well:
 * it is woken by the profile's shared future, looks for itself at least every 200 ms, and gives up
 * when the thread is interrupted or asked to stop, at its scheduled end, or 5 s beyond the
 * profile's own limit, should the engine fail to answer.
 */
final class TokenWait {
  private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long HOLD_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long ENGINE_GRACE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /**
   * A sample that has begun may outlast its thread's schedule, as one whose server is slow does:
   * cut off at the very end it would be a failed sample that no server is to blame for. Longer than
   * a token takes to come, too short to be missed at the end of a run.
   */
  static final long SAMPLE_OVERTIME_MILLIS = TimeUnit.SECONDS.toMillis(1);

  private TokenWait() {}

  static Lease await(
      String title,
      OpenedProfile opened,
      long thread,
      long minRemainingNanos,
      long overtimeMillis,
      SampleSends sends,
      Supplier<Lease> known,
      BooleanSupplier cancelled) {
    Engine engine = opened.engine;
    long start = System.nanoTime();
    long waited = 0;
    long countedOn = 0; // the lane that counts this thread as a waiter
    try {
      while (true) {
        long lane = opened.laneOf(thread); // at each look: a client that is throttled is left
        long flight = sends == null ? 0 : sends.begin(opened, lane);
        CompletableFuture<Void> wake = engine.wake(lane); // before the read: no lost wake-up
        long before = System.nanoTime();
        ServedToken read = engine.read(lane, minRemainingNanos, waited, -1, flight);
        if (read != null) {
          return lease(opened, lane, before, read);
        }
        if (countedOn == 0) {
          countedOn = lane;
          WaitingThreads.begin(title, WaitingThreads.Cause.TOKEN);
        }
        if (opened.flights != null) {
          opened.flights.endThoseOfDeadThreads(opened);
        }
        checkLimits(title, opened, System.nanoTime() - start, overtimeMillis, cancelled);
        sleep(title, wake, slice(overtimeMillis));
        checkLimits(title, opened, System.nanoTime() - start, overtimeMillis, cancelled);
        Lease found = known.get();
        if (found != null) {
          return found; // by another of those that waited: one look at the engine does for all
        }
        waited = Math.max(1, System.nanoTime() - start);
      }
    } finally {
      TokenRequestFeed
          .markChanged(); // this thread knows the outcome, perhaps before the event thread does
      if (countedOn != 0) {
        long nanos = System.nanoTime() - start;
        WaitingThreads.end(title, WaitingThreads.Cause.TOKEN, nanos);
        engine.waited(countedOn, nanos);
      }
    }
  }

  /** One read without any wait; {@code null} if the engine would have the caller wait. */
  static Lease readOnce(OpenedProfile opened, long lane, SampleSends sends) {
    long before = System.nanoTime();
    long flight = sends == null ? 0 : sends.begin(opened, lane);
    ServedToken read = opened.engine.read(lane, 0, 0, -1, flight);
    if (read == null) {
      opened.engine.waited(lane, System.nanoTime() - before);
      return null;
    }
    TokenRequestFeed.markChanged();
    return lease(opened, lane, before, read);
  }

  /**
   * Holds a thread whose profile cannot work for a second, as the engine holds one whose refusal is
   * known: a looping plan with a misspelt setting must not write thousands of failures a second.
   * Ends early at an interrupt, whose flag stays set, and at JMeter's stop.
   */
  static void hold() {
    long start = System.nanoTime();
    try {
      while (System.nanoTime() - start < HOLD_NANOS && !Hosts.current().stopRequested()) {
        TimeUnit.NANOSECONDS.sleep(SLICE_NANOS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Lease lease(OpenedProfile opened, long lane, long before, ServedToken read) {
    // A lifetime near 2^63 ns would overflow the clock; 100 years compare as well.
    long capped = Math.min(read.remainingNanos, TimeUnit.DAYS.toNanos(36_500));
    return new Lease(
        opened, lane, read.generation, read.stamp, before + capped, read.until, read.token);
  }

  private static long slice(long overtimeMillis) {
    long end = Hosts.current().scheduledEndMillis();
    if (end == 0) {
      return SLICE_NANOS;
    }
    long left = TimeUnit.MILLISECONDS.toNanos(end + overtimeMillis - System.currentTimeMillis());
    return Math.max(1, Math.min(SLICE_NANOS, left));
  }

  private static void checkLimits(
      String title,
      OpenedProfile opened,
      long waited,
      long overtimeMillis,
      BooleanSupplier cancelled) {
    Host host = Hosts.current();
    if (Thread.currentThread().isInterrupted()) {
      throw stopped(title, "the thread was interrupted");
    }
    if (host.stopRequested()) {
      throw stopped(title, "the thread was asked to stop");
    }
    if (cancelled.getAsBoolean()) {
      throw stopped(title, "the sampler was interrupted");
    }
    long end = host.scheduledEndMillis();
    if (end != 0 && System.currentTimeMillis() >= end + overtimeMillis) {
      throw stopped(title, "the thread's scheduled end came");
    }
    if (waited - opened.tokenTimeoutNanos > ENGINE_GRACE_NANOS) {
      throw new TollgateException(
          ErrorCode.DEADLINE,
          title
              + ": no token and no word from the engine after "
              + TimeUnit.NANOSECONDS.toMillis(waited)
              + " ms");
    }
  }

  private static void sleep(String title, CompletableFuture<Void> wake, long nanos) {
    try {
      wake.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      // Look again.
    } catch (ExecutionException e) {
      throw new TollgateException(
          ErrorCode.INTERNAL, title + ": the wake-up failed: " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw stopped(title, "the thread was interrupted");
    }
  }

  private static TollgateException stopped(String title, String why) {
    return new TollgateException(
        ErrorCode.STOPPED, title + ": " + why + " while it waited for a token");
  }
}
