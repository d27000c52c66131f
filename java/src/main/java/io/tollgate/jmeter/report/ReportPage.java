package io.tollgate.jmeter.report;

import io.tollgate.engine.Version;
import io.tollgate.text.Html;
import io.tollgate.text.Spoken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * The page of a run: what happened, the drawing, the totals. One file that loads nothing and runs
 * nothing, so that it can be mailed, kept and opened anywhere.
 */
public final class ReportPage {
  /** Its first line: by it a page of ours is known, and only such a one is replaced. */
  static final String MARK = "<!DOCTYPE html><!-- Tollgate report -->";

  private ReportPage() {}

  /**
   * Writes the page of a run.
   *
   * @param story of the run
   * @param spoken for its times
   * @return HTML
   */
  public static String of(RunHistory story, Spoken spoken) {
    StringBuilder page = new StringBuilder(MARK);
    page.append("\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
    page.append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ");
    page.append("style-src 'unsafe-inline'\">\n");
    page.append("<title>Tollgate report</title>\n<style>\n").append(style());
    page.append("</style></head><body>\n<h1>What became of the tokens</h1>\n<p class=\"when\">");
    page.append(spoken.day(story.start())).append(" to ").append(spoken.clock(story.end()));
    page.append(", ").append(Spoken.duration(story.end() - story.start())).append("</p>\n");
    page.append("<h2>What happened</h2>\n<ul>\n");
    for (String sentence : Account.of(story, spoken)) {
      page.append("<li>").append(Html.text(sentence)).append("</li>\n");
    }
    page.append("</ul>\n<h2>Over time</h2>\n");
    timeline(page, story, spoken);
    page.append("<h2>In numbers</h2>\n");
    totals(page, story.profiles());
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

  private static void timeline(StringBuilder page, RunHistory story, Spoken spoken) {
    page.append("<div class=\"wide\">\n").append(Timeline.svg(story, spoken)).append("</div>\n");
    page.append("<p class=\"legend\">");
    legend(page, "--odd", "a token while it serves");
    legend(page, "--red", "401 from the API; a cross: revoked");
    legend(page, "--amber", "a token request that failed");
    legend(page, "--gate", "no token request is sent");
    legend(page, "--api", "the API is left alone");
    legend(page, "--wait", "threads wait for a token");
    page.append("</p>\n");
    int drawn = Timeline.drawn(story).size();
    int more = story.credentials().size() - drawn;
    if (more > 0) {
      page.append("<p class=\"legend\">The ").append(drawn).append(" with most to tell of; ");
      page.append(more).append(" more are in the numbers.</p>\n");
    }
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
        String cell = i >= 12 ? Spoken.duration(sums[i]) : Long.toString(sums[i]);
        page.append("<td>").append(cell).append("</td>");
      }
      page.append("</tr>\n");
    }
    page.append("</table></div>\n");
  }
}
