package io.tollgate.jmeter.monitor;

import io.tollgate.jmeter.report.RunHistory;
import io.tollgate.jmeter.report.TokenChart;
import io.tollgate.run.JournalEntry;
import io.tollgate.text.JsonWriter;
import io.tollgate.text.LocalClock;
import io.tollgate.text.SvgCanvas;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A view for the page, in JMeter's language: texts of cells, the chart as SVG, the journal. */
final class MonitorJson {
  /** As in the window. */
  private static final long SPAN_MILLIS = 15 * 60_000L;

  private static final long SHORTEST_MILLIS = 5_000;
  private static final int MOST_ROWS = 200;
  private static final int MOST_LANES = 40;
  private static final int MOST_ENTRIES = 300;
  private static final int WIDTH = 1100;

  private MonitorJson() {}

  /**
   * Writes a view.
   *
   * @param view to show
   * @param clock for its times
   * @param span of the chart, 0 for the usual
   * @param to the time at the chart's right end, 0 for the newest
   * @param filter of the journal
   * @return a JSON object
   */
  static String of(MonitorView view, LocalClock clock, long span, long to, String filter) {
    RunHistory history = view.history();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("updated", MonitorText.of("page.updated", clock.time(view.now())));
    members.put("note", view.note(MOST_ROWS));
    List<Object> rows = new ArrayList<>();
    for (MonitorRow row : view.rows()) {
      if (rows.size() < MOST_ROWS) {
        Map<String, Object> each = new LinkedHashMap<>();
        each.put("state", row.state);
        each.put("cells", MonitorCells.of(row, clock));
        rows.add(each);
      }
    }
    members.put("rows", rows);
    long end = to == 0 ? history.end() : Math.max(history.start(), Math.min(to, history.end()));
    long whole = Math.max(SHORTEST_MILLIS, history.end() - history.start());
    long shown = Math.min(whole, Math.max(SHORTEST_MILLIS, span == 0 ? SPAN_MILLIS : span));
    long begin = Math.max(history.start(), end - shown);
    members.put("span", shown);
    members.put("begin", begin);
    members.put("end", Math.max(end, begin + Math.min(shown, SHORTEST_MILLIS)));
    members.put("newest", history.end());
    members.put("chart", chart(history, clock, begin, end));
    journal(members, view, clock, filter);
    return JsonWriter.write(members);
  }

  private static String chart(RunHistory history, LocalClock clock, long begin, long end) {
    int lanes = Math.min(MOST_LANES, history.credentials().size());
    SvgCanvas canvas =
        new SvgCanvas(WIDTH, TokenChart.height(lanes), MonitorText.of("chart.title"));
    TokenChart.draw(canvas, history.credentials().subList(0, lanes), begin, end, WIDTH, clock);
    return canvas.inline();
  }

  private static void journal(
      Map<String, Object> members, MonitorView view, LocalClock clock, String filter) {
    List<Object> newest = new ArrayList<>();
    List<JournalEntry> entries = view.journal();
    int matching = 0;
    for (int i = entries.size() - 1; i >= 0; i--) {
      JournalRow row = new JournalRow(entries.get(i), clock);
      if (row.matches(filter)) {
        matching++;
        if (newest.size() < MOST_ENTRIES) {
          newest.add(row.cells());
        }
      }
    }
    members.put("journal", newest);
    members.put(
        "journal_note",
        MonitorText.of("journal.shown", matching, entries.size())
            + (matching > newest.size()
                ? ". " + MonitorText.of("note.hidden", matching - newest.size())
                : ""));
  }
}
