package io.tollgate.jmeter.monitor;

import io.tollgate.jmeter.report.CredentialHistory;
import io.tollgate.jmeter.report.RunHistory;
import io.tollgate.profile.WaitingThreads.Cause;
import io.tollgate.run.JournalEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The last run as it is at one moment. Can't be changed. */
public final class MonitorView {
  private final RunHistory history;
  private final List<JournalEntry> journal;
  private final List<MonitorRow> rows = new ArrayList<>();
  private final long now;

  MonitorView(
      RunHistory history,
      List<JournalEntry> journal,
      Map<String, Map<Cause, Integer>> waiting,
      Map<String, String> failures,
      long now) {
    this.history = history;
    this.journal = Collections.unmodifiableList(new ArrayList<>(journal));
    this.now = now;
    Map<String, Map<Cause, Integer>> byRow = new LinkedHashMap<>();
    List<CredentialHistory> credentials = history.credentials();
    waiting.forEach(
        (title, threads) ->
            threads.forEach(
                (cause, count) ->
                    byRow
                        .computeIfAbsent(
                            rowOf(title, credentials), row -> new EnumMap<>(Cause.class))
                        .merge(cause, count, Integer::sum)));
    for (CredentialHistory credential : credentials) {
      Map<Cause, Integer> threads = byRow.remove(credential.title());
      rows.add(
          MonitorRow.of(credential, threads == null ? new EnumMap<>(Cause.class) : threads, now));
    }
    failures.forEach(
        (profile, why) -> {
          if (credentials.stream().noneMatch(it -> it.profile().equals(profile))) {
            byRow.remove("profile '" + profile + "'");
            rows.add(MonitorRow.failed(profile, why));
          }
        });
    byRow.forEach((title, threads) -> rows.add(MonitorRow.waitedFor(title, threads)));
  }

  /**
   * The row that shows the threads that wait for a profile or user. A thread waits for a profile
   * and not for one of its slots, which have a row each, and the journal does not name the clients
   * that a script brings.
   */
  private static String rowOf(String title, List<CredentialHistory> credentials) {
    String found = null;
    for (CredentialHistory credential : credentials) {
      String row = credential.title();
      if (row.equals(title)) {
        return row;
      }
      boolean slot = row.startsWith(title + ", slot ") || row.startsWith(title + ", client ");
      if (found == null && (slot || title.startsWith(row + ", client "))) {
        found = row;
      }
    }
    return found == null ? title : found;
  }

  /**
   * The run, for its chart.
   *
   * @return never {@code null}
   */
  public RunHistory history() {
    return history;
  }

  /**
   * What the engine remembers, of earlier runs too.
   *
   * @return oldest first; can't be changed
   */
  public List<JournalEntry> journal() {
    return journal;
  }

  /**
   * A row for each profile, user and slot of a pool.
   *
   * @return can't be changed
   */
  public List<MonitorRow> rows() {
    return Collections.unmodifiableList(rows);
  }

  /**
   * What is to be said of what is not shown.
   *
   * @param mostRows how many rows are shown at most
   * @return empty if all is
   */
  public String note(int mostRows) {
    if (rows.isEmpty()) {
      return MonitorText.of(journal.isEmpty() ? "note.nothing_yet" : "note.not_in_this_run");
    }
    int hidden = rows.size() - mostRows;
    String lost = history.lost() > 0 ? MonitorText.of("note.lost", history.lost()) : "";
    return (lost + (hidden > 0 ? " " + MonitorText.of("note.hidden", hidden) : "")).trim();
  }

  /**
   * When it was made.
   *
   * @return as {@link System#currentTimeMillis}
   */
  public long now() {
    return now;
  }
}
