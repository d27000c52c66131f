package io.tollgate.jmeter.elements;

import io.tollgate.jmeter.report.RunHistory;
import io.tollgate.run.Journal;
import io.tollgate.run.JournalEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * The reader of the Monitor: keeps what can't change any more and asks again only for what may
 * still grow, so that a look costs little however long the run is.
 */
final class TollgateMonitorFeed {
  /** What a panel can show; the engine's journal itself goes no further back. */
  private static final int MOST = 4096;

  /** Where pages come from: the number of the last entry that is settled goes in. */
  interface Source {
    Journal.Page read(long after);
  }

  private final Source source;
  private final List<JournalEntry> settled = new ArrayList<>();
  private long position;
  private long lost;

  TollgateMonitorFeed(Source source) {
    this.source = source;
  }

  /** The run as it is now. */
  RunHistory look(long now) {
    Journal.Page page = source.read(position);
    lost += page.lost();
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
    return RunHistory.of(all, lost, now);
  }
}
