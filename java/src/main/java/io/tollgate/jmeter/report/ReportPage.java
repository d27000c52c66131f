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

  private static final int WIDTH = 960;

  private ReportPage() {}

  /**
   * Writes the page of a run.
   *
   * @param history of the run
   * @param clock for its times
   * @return HTML
   */
  public static String of(RunHistory history, LocalClock clock) {
    StringBuilder page = new StringBuilder(MARK);
    page.append("\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
    page.append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ");
    page.append("style-src 'unsafe-inline'\">\n");
    page.append("<title>Tollgate report</title>\n<style>\n").append(style());
    page.append("</style></head><body>\n<h1>Token report</h1>\n<p class=\"when\">");
    page.append(clock.day(history.start())).append(" to ").append(clock.time(history.end()));
    page.append(", ").append(Durations.of(history.end() - history.start())).append("</p>\n");
    page.append("<h2>What happened</h2>\n<ul>\n");
    for (String sentence : RunSentences.of(history, clock)) {
      page.append("<li>").append(Html.text(sentence)).append("</li>\n");
    }
    page.append("</ul>\n<h2>Over time</h2>\n");
    chart(page, history, clock);
    page.append("<h2>In numbers</h2>\n");
    totals(page, history.profiles());
    page.append("<footer><p>Tollgate ").append(Html.text(Version.CURRENT));
    page.append(". Times are this machine's.</p></footer>\n</body></html>\n");
    return page.toString();
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

  private static void chart(StringBuilder page, RunHistory history, LocalClock clock) {
    List<CredentialHistory> rows = drawn(history);
    SvgCanvas chart = new SvgCanvas(WIDTH, TokenChart.height(rows.size()), "Tokens over time");
    TokenChart.draw(chart, rows, history.start(), history.end(), WIDTH, clock);
    page.append("<div class=\"wide\">\n").append(chart.inline()).append("</div>\n");
    page.append("<p class=\"legend\">");
    legend(page, "--odd", "a token while it serves");
    legend(page, "--red", "401 from the API; a cross: revoked");
    legend(page, "--amber", "a token request that failed");
    legend(page, "--gate", "no token request is sent");
    legend(page, "--api", "the API is left alone");
    legend(page, "--wait", "threads wait for a token");
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

  private static void legend(StringBuilder page, String colour, String text) {
    page.append("<span><i style=\"background:var(").append(colour).append(")\"></i>");
    page.append(text).append("</span>");
  }

  private static void totals(StringBuilder page, Map<String, List<CredentialHistory>> profiles) {
    page.append("<div class=\"wide\"><table>\n<tr><th>profile</th>");
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
      page.append("<th>").append(head).append("</th>");
    }
    page.append("</tr>\n");
    for (Map.Entry<String, List<CredentialHistory>> profile : profiles.entrySet()) {
      page.append("<tr><td>").append(Html.text(profile.getKey())).append("</td>");
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
