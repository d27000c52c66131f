package io.tollgate.jmeter.monitor;

import io.tollgate.run.JournalEntry;
import java.time.Instant;
import java.util.Collection;

/**
 * Entries of the journal as CSV (RFC 4180), each field as the engine wrote it, for spreadsheets and
 * scripts.
 */
public final class JournalCsv {
  private static final String[] FIELDS = {
    "profile",
    "title",
    "endpoint",
    "kind",
    "reason",
    "generation",
    "started",
    "elapsed_ns",
    "lifetime",
    "status",
    "cause",
    "words",
    "origin",
    "count",
    "until",
    "longest",
    "total",
    "age",
    "late",
    "wait",
    "held"
  };

  private JournalCsv() {}

  /**
   * Writes entries.
   *
   * @param entries oldest first
   * @return a line with the names of the columns, and one for each entry
   */
  public static String of(Collection<JournalEntry> entries) {
    StringBuilder out = new StringBuilder("number,time");
    for (String field : FIELDS) {
      out.append(',').append(field);
    }
    out.append("\r\n");
    for (JournalEntry entry : entries) {
      out.append(entry.number("number")).append(',').append(Instant.ofEpochMilli(entry.at()));
      for (String field : FIELDS) {
        out.append(',').append(cell(entry.text(field)));
      }
      out.append("\r\n");
    }
    return out.toString();
  }

  /** What a server said must not become a formula: spreadsheets calculate what begins like one. */
  private static String cell(String text) {
    String safe = text.matches("(?s)[=+\\-@\t\r].*") ? "'" + text : text;
    return safe.matches("(?s).*[\",\r\n].*") ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
  }
}
