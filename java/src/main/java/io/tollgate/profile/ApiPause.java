package io.tollgate.profile;

import io.tollgate.TollgateException;
import io.tollgate.profile.WaitingThreads.Cause;
import io.tollgate.run.Host;
import io.tollgate.run.Hosts;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The pause of one thread while the API gate is closed. The engine says how long; this sleeps.
 *
 * <p>Each API origin has a gate of its own. Where a thread is about to send is asked only while a
 * gate is closed: to find out evaluates fields of its sampler.
 */
public final class ApiPause {
  private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** A gate that closes again while a thread waits is waited for again, but not for ever. */
  private static final int MOST_CLOSINGS = 3;

  private static final String ANY_ORIGIN = null;

  private ApiPause() {}

  /**
   * Sleeps while the gate is closed and this thread's share of the reopening. Never throws.
   *
   * @param source whose gate
   * @param target tells the origin that the thread is about to call; {@code null}: any
   * @return milliseconds paused
   */
  public static long pause(TokenSource source, Supplier<String> target) {
    try {
      OpenedProfile opened = source.bind();
      long thread = source.keyOfThisThread();
      if (opened.engine.pauseNanos(opened.laneOf(thread), ANY_ORIGIN, false) <= 0) {
        return 0;
      }
      String origin = target.get();
      long paused = 0;
      for (int closings = 0; closings < MOST_CLOSINGS; closings++) {
        long lane = opened.laneOf(thread);
        long nanos = opened.engine.pauseNanos(lane, origin, true);
        if (nanos <= 0) {
          break;
        }
        boolean capped = nanos < opened.engine.pauseNanos(lane, origin, false);
        long start = System.nanoTime();
        BooleanSupplier steered = () -> opened.lanes != null && opened.laneOf(thread) != lane;
        boolean free = sleep(source, Cause.API_GATE, start, nanos, steered);
        long slept = System.nanoTime() - start;
        opened.engine.paused(lane, slept);
        paused += slept;
        if (!free || (capped && !steered.getAsBoolean())) {
          break;
        }
      }
      return TimeUnit.NANOSECONDS.toMillis(paused);
    } catch (TollgateException e) {
      return 0; // Logged where it arose; the sample that needs the token will say it too.
    } catch (Throwable e) {
      source.complain("pause()", e);
      return 0;
    }
  }

  /**
   * Sleeps until the turn of this thread, if threads are to spread what remains of the API's
   * quotas. Never throws.
   *
   * @param source whose gate
   * @param target as for {@link #pause}
   * @param pacing what the caller wants
   * @return milliseconds paused
   */
  public static long pace(TokenSource source, Supplier<String> target, Pacing pacing) {
    try {
      OpenedProfile opened = source.bind();
      if (pacing == Pacing.OFF || (pacing == Pacing.OF_PROFILE && !opened.paced)) {
        return 0;
      }
      opened.wantsQuotas(true);
      String origin = target.get();
      long lane = opened.laneOf(source.keyOfThisThread());
      long paused = 0;
      // Ends: the engine gives a turn at last when the thread has waited max_pause.
      for (long turn; (turn = opened.engine.pace(lane, origin, paused)) != 0; ) {
        long start = System.nanoTime();
        boolean free = sleep(source, Cause.TURN, start, Math.abs(turn), () -> false);
        paused += System.nanoTime() - start;
        if (turn > 0 || !free) {
          break;
        }
      }
      if (paused > 0) {
        opened.engine.paused(lane, paused);
      }
      return TimeUnit.NANOSECONDS.toMillis(paused);
    } catch (TollgateException e) {
      return 0; // as in pause()
    } catch (Throwable e) {
      source.complain("pause()", e);
      return 0;
    }
  }

  /**
   * Tells whether the gate is open now. Never throws.
   *
   * @param source whose gate
   * @param target as for {@link #pause}
   * @return {@code true} also if the profile cannot work: nothing is to be waited for then
   */
  public static boolean isOpen(TokenSource source, Supplier<String> target) {
    try {
      OpenedProfile opened = source.bind();
      long lane = opened.laneOf(source.keyOfThisThread());
      return opened.engine.pauseNanos(lane, ANY_ORIGIN, false) <= 0
          || opened.engine.pauseNanos(lane, target.get(), false) <= 0;
    } catch (TollgateException e) {
      return true;
    } catch (Throwable e) {
      source.complain("pause()", e);
      return true;
    }
  }

  /**
   * Tells how long the gate stays closed; of several origins the longest.
   *
   * @param source whose gate
   * @return milliseconds, rounded up
   * @throws TollgateException if the profile cannot work
   */
  public static long millis(TokenSource source) {
    OpenedProfile opened = source.bind();
    long lane = opened.laneOf(source.keyOfThisThread());
    long nanos = opened.engine.pauseNanos(lane, ANY_ORIGIN, false);
    return TimeUnit.NANOSECONDS.toMillis(Math.max(0, nanos) + 999_999);
  }

  /**
   * Sleeps that long, or until another client is free; {@code false} if the thread has something
   * better to do than wait on.
   */
  private static boolean sleep(
      TokenSource source, Cause cause, long start, long nanos, BooleanSupplier steered) {
    WaitingThreads.begin(source.title(), cause);
    try {
      return sleepOn(start, nanos, steered);
    } finally {
      WaitingThreads.end(source.title(), cause, System.nanoTime() - start);
    }
  }

  private static boolean sleepOn(long start, long nanos, BooleanSupplier steered) {
    Host host = Hosts.current();
    while (true) {
      long left = nanos - (System.nanoTime() - start);
      if (left <= 0 || steered.getAsBoolean()) {
        return true;
      }
      if (host.stopRequested()) {
        return false;
      }
      long end = host.scheduledEndMillis();
      if (end != 0) {
        long untilEnd = TimeUnit.MILLISECONDS.toNanos(end - System.currentTimeMillis());
        if (untilEnd <= 0) {
          host.endThread();
          return false;
        }
        left = Math.min(left, untilEnd);
      }
      try {
        TimeUnit.NANOSECONDS.sleep(Math.min(SLICE_NANOS, left));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
