package io.tollgate.jmeter.report;

import io.tollgate.run.JournalEntry;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** The rows of credentials that have one title. */
final class CredentialRows {
  private CredentialRows() {}

  /**
   * One row, if they are those of a profile that was defined anew, one after the other. Clients
   * that a script brings are there at the same time: they get numbers.
   *
   * @param same oldest first, not empty
   * @return rows of different titles
   */
  static List<CredentialHistory> of(List<CredentialHistory> same) {
    if (same.size() == 1) {
      return same;
    }
    for (int i = 1; i < same.size(); i++) {
      if (lastRequest(same.get(i - 1)) > same.get(i).firstEntry()) {
        return numbered(same);
      }
    }
    CredentialHistory all = new CredentialHistory(same.get(same.size() - 1));
    for (CredentialHistory each : same) {
      TokenLife serving = all.newest();
      if (serving != null && !each.tokens.isEmpty()) {
        serving.ends(Math.max(serving.from, each.tokens.get(0).from), TokenLife.End.REPLACED);
      }
      all.add(each);
    }
    all.entries.sort(Comparator.comparingLong(JournalEntry::at));
    return Collections.singletonList(all);
  }

  private static List<CredentialHistory> numbered(List<CredentialHistory> same) {
    for (int i = 0; i < same.size(); i++) {
      same.get(i).number(i + 1);
    }
    return same;
  }

  private static long lastRequest(CredentialHistory of) {
    long last = Long.MIN_VALUE;
    for (JournalEntry entry : of.entries) {
      last = "sent".equals(entry.kind()) ? entry.at() : last;
    }
    return last;
  }
}
