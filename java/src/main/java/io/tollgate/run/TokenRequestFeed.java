package io.tollgate.run;

import io.tollgate.engine.Engine;
import io.tollgate.engine.Engines;
import io.tollgate.engine.Log;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The token requests that have ended and were not taken yet. Each is given out once in a JVM:
 * copies of the jar in other class loaders have no event thread, so {@link #any} is never true
 * there.
 *
 * <p>A check costs a JMeter thread one volatile read; only after the engine sent an event does one
 * of them ask the engine.
 */
public final class TokenRequestFeed {
  private static final ReentrantLock LOCK = new ReentrantLock();

  /** How a token request ends. */
  private static final List<String> ENDS = Arrays.asList("minted", "unchanged", "refused");

  /** The last entry of the journal that was looked at. Guarded by the lock. */
  private static long position;

  private static volatile boolean wanted;
  private static volatile boolean changed;

  private TokenRequestFeed() {}

  /**
   * From now on they are wanted, or not.
   *
   * @param yes whether
   */
  public static void want(boolean yes) {
    wanted = yes;
  }

  /** Something may have happened in the engine; called before its effect can be seen. */
  public static void markChanged() {
    changed = true;
  }

  /**
   * Whether there may be some.
   *
   * @return {@code false} at nearly every call
   */
  public static boolean any() {
    return changed && wanted;
  }

  /**
   * Takes those that ended since the last call. Never blocks: while another thread takes them, this
   * returns none.
   *
   * @return entries {@code minted}, {@code unchanged} and {@code refused}, oldest first
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
    changed = false; // before the read: an event during it sets this again
    Journal.Page page = Journal.read(position);
    position = page.last();
    if (page.lost() > 0 && wanted) {
      Log.warn("Tollgate: up to " + page.lost() + " token requests came too fast for samples");
    }
    List<JournalEntry> ended = new ArrayList<>();
    for (JournalEntry entry : page.entries()) {
      if (wanted && ENDS.contains(entry.kind())) {
        ended.add(entry);
      }
    }
    return ended;
  }
}
