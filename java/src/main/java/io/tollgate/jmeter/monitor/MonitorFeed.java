package io.tollgate.jmeter.monitor;

import io.tollgate.jmeter.report.RunHistory;
import io.tollgate.jmeter.report.UsedProfiles;
import io.tollgate.profile.WaitingThreads;
import io.tollgate.run.Journal;
import io.tollgate.run.JournalEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The reader of a Monitor: keeps what can't change any more and asks again only for what may still
 * grow, so that a look costs little however long the run is. Opens no profile and loads no library.
 * The engine may take a second to answer: not for Swing's thread.
 */
public final class MonitorFeed {
  /** What a view can show; the engine's journal itself goes no further back. */
  private static final int MOST = 4096;

  /** Where pages come from: the number of the last entry that is settled goes in. */
  interface Source {
    Journal.Page read(long after);
  }

  private final Source source;
  private final Supplier<UsedProfiles> used;
  private final Supplier<Map<String, Map<WaitingThreads.Cause, Integer>>> waiting;
  private final List<JournalEntry> settled = new ArrayList<>();
  private long position;
  private long lost;

  MonitorFeed(
      Source source,
      Supplier<UsedProfiles> used,
      Supplier<Map<String, Map<WaitingThreads.Cause, Integer>>> waiting) {
    this.source = source;
    this.used = used;
    this.waiting = waiting;
  }

  /**
   * The engine of this JVM.
   *
   * @return a reader with a place of its own
   */
  public static MonitorFeed ofThisJvm() {
    return new MonitorFeed(Journal::read, UsedProfiles::ofLastRun, WaitingThreads::now);
  }

  /**
   * Looks.
   *
   * @param now the time
   * @return the run as it is now
   */
  public synchronized MonitorView look(long now) {
    Journal.Page page = source.read(position);
    lost += page.lost();
    position += page.lost(); // counted once
    List<JournalEntry> all = new ArrayList<>(settled);
    all.addAll(page.entries());
    for (JournalEntry entry : page.entries()) {
      if (now - entry.at() <= page.growsMillis()) {
        break;
      }
      settled.add(entry);
      position = entry.number("number");
    }
    if (settled.size() > MOST) {
      lost += settled.size() - MOST;
      settled.subList(0, settled.size() - MOST).clear();
    }
    UsedProfiles profiles = used.get();
    RunHistory history = RunHistory.of(all, lost, now, profiles);
    return new MonitorView(history, all, waiting.get(), profiles.failures(), now);
  }
}
