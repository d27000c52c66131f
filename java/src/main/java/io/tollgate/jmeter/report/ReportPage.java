package io.tollgate.jmeter.report;

import io.tollgate.engine.Version;
import io.tollgate.text.Html;
import io.tollgate.text.JarText;
import io.tollgate.text.LocalClock;
import io.tollgate.text.SvgCanvas;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The page of a run: what happened, the chart, the totals. One file that loads nothing and runs
 * nothing, so that it can be mailed, kept and opened anywhere.
 */
public final class ReportPage {
  /** Its first line: by it a page of ours is known, and only such a one is replaced. */
  static final String MARK = "<!DOCTYPE html><!-- Tollgate report -->";

  /** With more rows a chart is no chart any more. */
  static final int MOST_ROWS = 24;

  /** With more sentences the account is folded by what happened. */
  static final int MOST_UNFOLDED = 40;

  private static final int WIDTH = 960;

  private static final String[] COLUMNS = {
    "requests",
    "minted",
    "first",
    "ahead",
    "rejected",
    "expired",
    "throttled",
    "failed",
    "rejections",
    "unattributed",
    "api_gates",
    "waits",
    "longest_wait",
    "paused"
  };

  private ReportPage() {}

  /**
   * Writes the page of a run.
   *
   * @param history of the run
   * @param clock for its times
   * @param samples of the run, {@code null} if they are not at hand
   * @return HTML
   */
  static String of(RunHistory history, LocalClock clock, SampleTimeline samples) {
    StringBuilder page = new StringBuilder(MARK);
    page.append("\n<html lang=\"").append(text("page.language"));
    page.append("\"><head><meta charset=\"utf-8\">\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
    page.append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ");
    page.append("style-src 'unsafe-inline'\">\n");
    page.append("<title>").append(text("page.title")).append("</title>\n<style>\n");
    page.append(PageStyle.css()).append(JarText.read(ReportPage.class, "report.css"));
    page.append("</style></head><body>\n<h1>").append(text("page.head"));
    page.append("</h1>\n<p class=\"when\">");
    String length = ReportText.duration(history.end() - history.start());
    page.append(text("page.when", clock.day(history.start()), clock.time(history.end()), length));
    page.append("</p>\n");
    head(page, "page.happened");
    account(page, history, clock);
    head(page, "page.over_time");
    chart(page, history, clock, samples);
    head(page, "page.in_numbers");
    totals(page, history.profiles());
    page.append("<footer><p>").append(text("page.footer", Version.CURRENT));
    page.append("</p></footer>\n</body></html>\n");
    return page.toString();
  }

  private static String text(String key, Object... values) {
    return Html.text(ReportText.of(key, values));
  }

  private static void head(StringBuilder page, String key) {
    page.append("<h2>").append(text(key)).append("</h2>\n");
  }

  /** In the order of events; by kind, a fold each, where there are more than a person reads. */
  private static void account(StringBuilder page, RunHistory history, LocalClock clock) {
    List<String> sentences = RunSentences.of(history, clock);
    if (sentences.size() <= MOST_UNFOLDED) {
      list(page, sentences);
      return;
    }
    if (history.lost() > 0) {
      list(page, sentences.subList(0, 1));
    }
    RunSentences.groups(history, clock)
        .forEach(
            (head, group) -> {
              String count = ReportText.grouped(group.count);
              String first = clock.time(group.first);
              page.append("<details><summary>");
              page.append(text("page.fold", head, count, first, clock.time(group.last)));
              page.append("</summary>\n");
              list(page, group.texts);
              page.append("</details>\n");
            });
  }

  private static void list(StringBuilder page, List<String> sentences) {
    page.append("<ul>\n");
    for (String sentence : sentences) {
      page.append("<li>").append(Html.text(sentence)).append("</li>\n");
    }
    page.append("</ul>\n");
  }

  private static void chart(
      StringBuilder page, RunHistory history, LocalClock clock, SampleTimeline samples) {
    List<CredentialHistory> rows = drawn(history);
    SvgCanvas chart =
        new SvgCanvas(WIDTH, TokenChart.height(rows.size()), ReportText.of("chart.tokens"));
    TokenChart.draw(chart, rows, history.start(), history.end(), WIDTH, clock);
    wide(page, "page.over_time");
    if (samples != null) {
      SvgCanvas above = new SvgCanvas(WIDTH, SampleChart.HEIGHT, ReportText.of("chart.samples"));
      SampleChart.draw(samples, above, clock, WIDTH);
      page.append(above.inline());
    }
    page.append(chart.inline()).append("</div>\n<p class=\"legend\">");
    legend(page, "<rect class=\"odd\" width=\"16\" height=\"12\"/>", "legend.token");
    legend(
        page,
        "<line class=\"cross\" x1=\"4\" y1=\"2\" x2=\"12\" y2=\"10\"/>"
            + "<line class=\"cross\" x1=\"4\" y1=\"10\" x2=\"12\" y2=\"2\"/>",
        "legend.cross");
    legend(page, "<circle class=\"e401\" cx=\"8\" cy=\"6\" r=\"4\"/>", "legend.e401");
    legend(page, "<path class=\"refusal\" d=\"M8 1l5 5-5 5-5-5z\"/>", "legend.refusal");
    legend(page, frame("gate"), "legend.gate");
    legend(page, frame("api"), "legend.api");
    legend(page, "<rect class=\"wait\" y=\"4\" width=\"16\" height=\"5\"/>", "legend.wait");
    if (samples != null) {
      legend(page, "<rect class=\"good\" width=\"16\" height=\"12\"/>", "legend.good");
      legend(page, "<rect class=\"bad\" width=\"16\" height=\"12\"/>", "legend.bad");
      legend(
          page,
          "<rect class=\"slow\" width=\"16\" height=\"12\"/>"
              + "<rect class=\"median\" y=\"6\" width=\"16\" height=\"2\"/>",
          "legend.slow");
    }
    page.append("</p>\n");
    int more = history.credentials().size() - rows.size();
    if (more > 0) {
      page.append("<p class=\"legend\">").append(text("legend.more", rows.size(), more));
      page.append("</p>\n");
    }
  }

  /** The credentials that are drawn: those with the most events, in their order. */
  private static List<CredentialHistory> drawn(RunHistory history) {
    List<CredentialHistory> all = new ArrayList<>(history.credentials());
    List<CredentialHistory> most = new ArrayList<>(all);
    most.sort(Comparator.comparingInt((CredentialHistory it) -> -it.entries.size()));
    all.retainAll(most.subList(0, Math.min(MOST_ROWS, most.size())));
    return all;
  }

  /** A part that scrolls where the window is narrow, by the keyboard too. */
  private static void wide(StringBuilder page, String key) {
    page.append("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"");
    page.append(text(key)).append("\">\n");
  }

  private static String frame(String style) {
    return "<rect class=\"" + style + "\" x=\".5\" y=\".5\" width=\"15\" height=\"11\"/>";
  }

  private static void legend(StringBuilder page, String shape, String key) {
    page.append("<span><svg width=\"16\" height=\"12\" aria-hidden=\"true\">").append(shape);
    page.append("</svg>").append(text(key)).append("</span>");
  }

  private static void totals(StringBuilder page, Map<String, List<CredentialHistory>> profiles) {
    wide(page, "page.in_numbers");
    page.append("<table>\n<tr>");
    column(page, "profile");
    for (String column : COLUMNS) {
      column(page, column);
    }
    page.append("</tr>\n");
    for (Map.Entry<String, List<CredentialHistory>> profile : profiles.entrySet()) {
      page.append("<tr><th scope=\"row\">").append(Html.text(profile.getKey())).append("</th>");
      long[] sums = new long[COLUMNS.length];
      for (CredentialHistory it : profile.getValue()) {
        Map<String, Long> mints = it.mints();
        long[] row = {
          it.requests,
          it.minted(),
          mints.get("first"),
          mints.get("ahead"),
          mints.get("rejected"),
          mints.get("expired"),
          it.throttled,
          it.failed,
          it.rejections,
          it.unattributed,
          it.apiGates,
          it.waits,
          0,
          it.paused
        };
        for (int i = 0; i < row.length; i++) {
          sums[i] += row[i];
        }
        sums[12] = Math.max(sums[12], it.longestWait);
      }
      for (int i = 0; i < sums.length; i++) {
        String cell = i >= 12 ? ReportText.duration(sums[i]) : Long.toString(sums[i]);
        page.append("<td>").append(cell).append("</td>");
      }
      page.append("</tr>\n");
    }
    page.append("</table></div>\n");
  }

  private static void column(StringBuilder page, String key) {
    page.append("<th scope=\"col\">").append(text("column." + key)).append("</th>");
  }
}
