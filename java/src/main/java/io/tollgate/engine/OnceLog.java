package io.tollgate.engine;

import io.tollgate.TollgateException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Logs each distinct failure once a run: what 500 threads meet is one line, not 500. Should texts
 * vary without end, one more is logged in ten seconds.
 */
public final class OnceLog {
  private static final int MOST_TEXTS = 1000;
  private static final long SPACING_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();

  /** When the last text beyond the bound was logged. */
  private static final AtomicLong LAST = new AtomicLong();

  private OnceLog() {}

  /** Logs why a profile cannot work. */
  public static void error(String profile, TollgateException e) {
    if (isNew(e.getCode() + " " + profile + " " + e.getSummary())) {
      Log.error(e.getMessage());
    }
  }

  /** Logs a fault of Tollgate's own, with its stack. */
  public static void fault(String profile, String what, Throwable fault) {
    if (isNew(profile + " " + what + " " + fault.getClass())) {
      Log.error("profile '" + profile + "': " + what + " met " + fault, fault);
    }
  }

  /**
   * Logs an error unless one of the same subject has been logged in this run.
   *
   * @param subject what tells this kind of error from others
   * @param text without secrets
   */
  public static void error(String subject, String text) {
    if (isNew(subject)) {
      Log.error(text);
    }
  }

  /**
   * Logs a warning unless one of the same subject has been logged in this run.
   *
   * @param subject what tells this kind of warning from others
   * @param text without secrets
   */
  public static void warn(String subject, String text) {
    if (isNew(subject)) {
      Log.warn(text);
    }
  }

  /**
   * Logs what is good to know unless it has been logged in this run.
   *
   * @param subject what tells this from others
   * @param text without secrets
   */
  public static void info(String subject, String text) {
    if (isNew(subject)) {
      Log.info(text);
    }
  }

  /** Lets everything be said again. */
  public static void runChanged() {
    SEEN.clear();
    LAST.set(0);
  }

  static boolean isNew(String text) {
    if (SEEN.contains(text)) {
      return false;
    }
    return SEEN.size() < MOST_TEXTS ? SEEN.add(text) : isDue(System.nanoTime());
  }

  private static boolean isDue(long now) {
    long last = LAST.get();
    return (last == 0 || now - last >= SPACING_NANOS) && LAST.compareAndSet(last, now);
  }
}
