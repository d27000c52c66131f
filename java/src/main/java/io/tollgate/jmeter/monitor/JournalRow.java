package io.tollgate.jmeter.monitor;

import io.tollgate.jmeter.report.ReportText;
import io.tollgate.run.JournalEntry;
import io.tollgate.text.LocalClock;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** An entry of the journal for people: when, whose, what, and what more there is to say. */
public final class JournalRow {
  /** The keys of its columns. */
  public static final List<String> COLUMNS =
      Collections.unmodifiableList(Arrays.asList("time", "profile", "event", "details"));

  private final JournalEntry entry;
  private final List<String> cells;

  /**
   * Reads an entry.
   *
   * @param entry of the journal
   * @param clock for its times
   */
  public JournalRow(JournalEntry entry, LocalClock clock) {
    this.entry = entry;
    this.cells =
        Collections.unmodifiableList(
            Arrays.asList(
                clock.time(entry.at()),
                ReportText.title(entry.text("title")),
                MonitorText.named("kind", entry.kind()),
                details(entry, clock)));
  }

  /**
   * As cells of a table.
   *
   * @return one for each of {@link #COLUMNS}
   */
  public List<String> cells() {
    return cells;
  }

  /**
   * What it was made of.
   *
   * @return the entry
   */
  public JournalEntry entry() {
    return entry;
  }

  /**
   * Whether it has all words of a filter, whatever their case, in whatever cells.
   *
   * @param filter words with spaces between; empty for all rows
   * @return {@code false} if one is missing
   */
  public boolean matches(String filter) {
    String all = String.join(" ", cells).toLowerCase(Locale.ROOT);
    for (String word : filter.toLowerCase(Locale.ROOT).trim().split("\\s+")) {
      if (!all.contains(word)) {
        return false;
      }
    }
    return true;
  }

  private static String details(JournalEntry entry, LocalClock clock) {
    String generation = entry.text("generation");
    String count = entry.text("count");
    switch (entry.kind()) {
      case "sent":
        return ReportText.reason(entry.text("reason"));
      case "minted":
      case "unchanged":
        return MonitorText.of(
            "detail.minted",
            generation,
            ReportText.reason(entry.text("reason")),
            millis(entry, "lifetime"),
            MonitorText.duration(entry.number("elapsed_ns") / 1e6));
      case "shared":
        return MonitorText.of("detail.shared", generation, millis(entry, "lifetime"));
      case "refused":
        return entry.text("words");
      case "token_gate":
        return MonitorText.of("detail.until", clock.time(entry.number("until")));
      case "api_gate":
        return (entry.text("origin")
                + " "
                + MonitorText.of("detail.until", clock.time(entry.number("until"))))
            .trim();
      case "rejected":
      case "rejection_ignored":
        return MonitorText.of("detail.rejected", generation, count);
      case "unattributed":
        return MonitorText.of("detail.answers", count);
      case "not_the_token":
        return MonitorText.of("detail.not_the_token", generation, millis(entry, "wait"));
      case "expired":
      case "revokes_previous":
        return MonitorText.of("detail.token", generation);
      case "waited":
        return MonitorText.of("detail.waited", count, millis(entry, "longest"));
      case "paused":
        return MonitorText.of(
            "detail.paused", count, millis(entry, "longest"), millis(entry, "total"));
      case "drained":
        return millis(entry, "held");
      default:
        return "";
    }
  }

  private static String millis(JournalEntry entry, String field) {
    return MonitorText.duration(entry.number(field));
  }
}
