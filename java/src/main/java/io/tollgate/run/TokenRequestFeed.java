package io.tollgate.run;

import io.tollgate.engine.Engine;
import io.tollgate.engine.Engines;
import io.tollgate.engine.Log;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The token requests that have ended and that nobody has taken yet. Each is given out once in a
 * JVM: copies of the jar in other class loaders have no event thread, so nothing stirs there.
 *
 * <p>To look costs a JMeter thread one volatile read; only after the event thread heard something
 * does one of them ask the engine.
 */
public final class TokenRequestFeed {
  private static final ReentrantLock LOCK = new ReentrantLock();

  /** The last entry of the journal that was looked at. Guarded by the lock. */
  private static long position;

  private static volatile boolean wanted;
  private static volatile boolean stirred;

  private TokenRequestFeed() {}

  /**
   * From now on they are wanted, or not.
   *
   * @param yes whether
   */
  public static void want(boolean yes) {
    wanted = yes;
  }

  /** Something may have happened in the engine; called before anybody can act upon it. */
  public static void stir() {
    stirred = true;
  }

  /**
   * Whether there may be some.
   *
   * @return {@code false} at nearly every call
   */
  public static boolean any() {
    return stirred && wanted;
  }

  /**
   * Takes those that ended since the last call. Never blocks: whoever meets another at it leaves
   * them to that one.
   *
   * @return entries {@code minted} and {@code refused}, oldest first
   */
  public static List<JournalEntry> take() {
    if (!LOCK.tryLock()) {
      return Collections.emptyList();
    }
    try {
      return advance();
    } finally {
      LOCK.unlock();
    }
  }

  /**
   * Takes all that are left, at the end of a run; what was not wanted is passed over.
   *
   * @return oldest first
   */
  public static List<JournalEntry> takeLast() {
    LOCK.lock();
    try {
      return advance();
    } finally {
      LOCK.unlock();
    }
  }

  private static List<JournalEntry> advance() {
    Engine engine = Engines.ifLoaded();
    if (engine == null || Engines.isForwarded()) {
      return Collections.emptyList();
    }
    stirred = false; // before the look: what comes during it stirs again
    Journal.Page page = Journal.read(position);
    position = page.last();
    if (page.lost() > 0 && wanted) {
      Log.warn("Tollgate: up to " + page.lost() + " token requests came too fast for samples");
    }
    List<JournalEntry> ended = new ArrayList<>();
    for (JournalEntry entry : page.entries()) {
      if (wanted && ("minted".equals(entry.kind()) || "refused".equals(entry.kind()))) {
        ended.add(entry);
      }
    }
    return ended;
  }
}
