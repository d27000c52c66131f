package io.tollgate.jmeter.report;

import io.tollgate.engine.Version;
import io.tollgate.text.Durations;
import io.tollgate.text.Html;
import io.tollgate.text.LocalClock;
import io.tollgate.text.SvgCanvas;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
    page.append("\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
    page.append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ");
    page.append("style-src 'unsafe-inline'\">\n");
    page.append("<title>Tollgate report</title>\n<style>\n").append(style());
    page.append("</style></head><body>\n<h1>Token report</h1>\n<p class=\"when\">");
    page.append(clock.day(history.start())).append(" to ").append(clock.time(history.end()));
    page.append(", ").append(Durations.of(history.end() - history.start())).append("</p>\n");
    page.append("<h2>What happened</h2>\n");
    account(page, history, clock);
    page.append("<h2>Over time</h2>\n");
    chart(page, history, clock, samples);
    page.append("<h2>In numbers</h2>\n");
    totals(page, history.profiles());
    page.append("<footer><p>Tollgate ").append(Html.text(Version.CURRENT));
    page.append(". Times are this machine's.</p></footer>\n</body></html>\n");
    return page.toString();
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
              page.append("<details><summary>").append(Html.text(head)).append(": ");
              page.append(group.count).append(", ").append(clock.time(group.first));
              page.append(" to ").append(clock.time(group.last)).append("</summary>\n");
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

  private static String style() {
    try (InputStream in = ReportPage.class.getResourceAsStream("report.css")) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (int b = in.read(); b >= 0; b = in.read()) {
        out.write(b);
      }
      return out.toString("UTF-8");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void chart(
      StringBuilder page, RunHistory history, LocalClock clock, SampleTimeline samples) {
    List<CredentialHistory> rows = drawn(history);
    SvgCanvas chart = new SvgCanvas(WIDTH, TokenChart.height(rows.size()), "Tokens over time");
    TokenChart.draw(chart, rows, history.start(), history.end(), WIDTH, clock);
    wide(page, "Over time");
    if (samples != null) {
      SvgCanvas above = new SvgCanvas(WIDTH, SampleChart.HEIGHT, "Samples over time");
      SampleChart.draw(samples, above, clock, WIDTH);
      page.append(above.inline());
    }
    page.append(chart.inline()).append("</div>\n<p class=\"legend\">");
    legend(page, "<rect class=\"odd\" width=\"16\" height=\"12\"/>", "a token while it serves");
    legend(
        page,
        "<line class=\"cross\" x1=\"4\" y1=\"2\" x2=\"12\" y2=\"10\"/>"
            + "<line class=\"cross\" x1=\"4\" y1=\"10\" x2=\"12\" y2=\"2\"/>",
        "a cross: revoked");
    legend(page, "<circle class=\"e401\" cx=\"8\" cy=\"6\" r=\"4\"/>", "dot: 401 from the API");
    legend(
        page,
        "<path class=\"refusal\" d=\"M8 1l5 5-5 5-5-5z\"/>",
        "diamond: a token request that failed");
    legend(page, frame("gate"), "solid frame: no token request is sent");
    legend(page, frame("api"), "dashed frame: the API is left alone");
    legend(
        page,
        "<rect class=\"wait\" y=\"4\" width=\"16\" height=\"5\"/>",
        "threads wait for a token");
    if (samples != null) {
      legend(
          page,
          "<rect class=\"good\" width=\"16\" height=\"12\"/>",
          "above the line: good samples");
      legend(page, "<rect class=\"bad\" width=\"16\" height=\"12\"/>", "below it: failed ones");
      legend(
          page,
          "<rect class=\"slow\" width=\"16\" height=\"12\"/>"
              + "<rect class=\"median\" y=\"6\" width=\"16\" height=\"2\"/>",
          "95 % are as quick as the bar is high, half as the line in it");
    }
    page.append("</p>\n");
    int more = history.credentials().size() - rows.size();
    if (more > 0) {
      page.append("<p class=\"legend\">The ").append(rows.size()).append(" with the most events; ");
      page.append(more).append(" more are in the numbers.</p>\n");
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
  private static void wide(StringBuilder page, String name) {
    page.append("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"");
    page.append(name).append("\">\n");
  }

  private static String frame(String style) {
    return "<rect class=\"" + style + "\" x=\".5\" y=\".5\" width=\"15\" height=\"11\"/>";
  }

  private static void legend(StringBuilder page, String shape, String text) {
    page.append("<span><svg width=\"16\" height=\"12\" aria-hidden=\"true\">").append(shape);
    page.append("</svg>").append(text).append("</span>");
  }

  private static void totals(StringBuilder page, Map<String, List<CredentialHistory>> profiles) {
    wide(page, "In numbers");
    page.append("<table>\n<tr><th scope=\"col\">profile</th>");
    String[] heads = {
      "token requests",
      "minted",
      "first",
      "ahead",
      "rejected",
      "expired",
      "throttled",
      "failed",
      "401s",
      "not ours",
      "API gates",
      "waits",
      "longest wait",
      "paused"
    };
    for (String head : heads) {
      page.append("<th scope=\"col\">").append(head).append("</th>");
    }
    page.append("</tr>\n");
    for (Map.Entry<String, List<CredentialHistory>> profile : profiles.entrySet()) {
      page.append("<tr><th scope=\"row\">").append(Html.text(profile.getKey())).append("</th>");
      long[] sums = new long[heads.length];
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
        String cell = i >= 12 ? Durations.of(sums[i]) : Long.toString(sums[i]);
        page.append("<td>").append(cell).append("</td>");
      }
      page.append("</tr>\n");
    }
    page.append("</table></div>\n");
  }
}
