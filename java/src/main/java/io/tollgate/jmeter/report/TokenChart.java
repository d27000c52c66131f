package io.tollgate.jmeter.report;

import io.tollgate.run.JournalEntry;
import io.tollgate.text.Canvas;
import io.tollgate.text.Canvas.Anchor;
import io.tollgate.text.LocalClock;
import io.tollgate.text.TimeAxis;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * Tokens over time: a row for each credential, a bar for each token from when it came until it
 * served no more, gates behind the bars, marks below them. Drawn on the report's page and in the
 * Monitor's window.
 */
public final class TokenChart {
  static final int SIDE = 8;
  private static final int ROW = 74;
  private static final int AXIS = 28;
  private static final int LABEL_HALF = 30;
  private static final int BAR_TOP = 24;
  private static final int BAR_HEIGHT = 22;
  private static final int DIGIT = 8;

  private final Canvas canvas;
  private final LocalClock clock;
  private final TimeAxis axis;
  private final long end;

  private TokenChart(Canvas canvas, LocalClock clock, long start, long end, int width) {
    this.canvas = canvas;
    this.clock = clock;
    this.axis = new TimeAxis(start, end, SIDE, width - 2.0 * SIDE);
    this.end = end;
  }

  /**
   * How high a chart is.
   *
   * @param rows how many credentials it shows
   * @return in the units of its canvas
   */
  public static int height(int rows) {
    return rows * ROW + AXIS;
  }

  /**
   * Draws a chart.
   *
   * @param canvas with styles named {@code grid}, {@code tick}, {@code row}, {@code gate}, {@code
   *     api}, {@code bar odd}, {@code bar even}, {@code number}, {@code mint}, {@code cross},
   *     {@code e401}, {@code refusal} and {@code wait}
   * @param rows one for each credential
   * @param start the time at its left end
   * @param end the time at its right end
   * @param width of the canvas
   * @param clock for its times
   */
  public static void draw(
      Canvas canvas,
      Collection<CredentialHistory> rows,
      long start,
      long end,
      int width,
      LocalClock clock) {
    TokenChart chart = new TokenChart(canvas, clock, start, end, width);
    chart.axis(rows.size() * ROW, width);
    int top = 0;
    for (CredentialHistory credential : rows) {
      chart.row(credential, top);
      top += ROW;
    }
  }

  private void axis(int bottom, int width) {
    for (long at : axis.ticks(Math.max(2, Math.min(9, width / 90)))) {
      double x = axis.x(at);
      canvas.line("grid", x, 0, x, bottom + 8, null);
      // Labels are centred; those at the ends are kept whole.
      double centre = Math.max(LABEL_HALF, Math.min(width - LABEL_HALF, x));
      canvas.text("tick", centre, bottom + 22, Anchor.MIDDLE, clock.time(at));
    }
  }

  private void row(CredentialHistory credential, int top) {
    List<TokenLife> tokens = credential.tokens();
    credential.gates.forEach(gate -> gate(gate, top));
    canvas.text("row", SIDE, top + 16, Anchor.START, ReportText.title(credential.title()));
    tokens.forEach(token -> bar(token, top + BAR_TOP));
    // After the bars: at a revocation the next bar begins.
    tokens.forEach(token -> revocation(token, top + BAR_TOP));
    for (JournalEntry entry : credential.entries()) {
      mark(entry, top);
    }
    credential.waitSpans.forEach(wait -> wait(wait, top));
  }

  private void gate(JournalEntry entry, int top) {
    boolean api = "api_gate".equals(entry.kind());
    long until = entry.number("until");
    if (until <= axis.start() || entry.at() > end) {
      return;
    }
    String title =
        ReportText.of(
            api ? "hint.api_gate" : "hint.token_gate", clock.time(entry.at()), clock.time(until));
    span(api ? "api" : "gate", entry.at(), until, top + 20, ROW - 26, title);
  }

  private void bar(TokenLife token, int top) {
    if (token.to <= axis.start() || token.from > end) {
      return;
    }
    String title =
        ReportText.of(
            "hint.token",
            token.generation,
            ReportText.reason(token.reason),
            clock.time(token.from),
            clock.time(Math.min(token.to, end)),
            ReportText.of("end." + token.end.name().toLowerCase(Locale.ROOT)));
    String style = token.generation % 2 == 0 ? "bar even" : "bar odd";
    span(style, token.from, token.to, top, BAR_HEIGHT, title);
    double left = axis.x(token.from);
    String number = Long.toString(token.generation);
    if (axis.x(token.to) - left > 10 + DIGIT * number.length()) {
      canvas.text("number", left + 5, top + 15, Anchor.START, number);
    }
    if (token.from >= axis.start()) {
      canvas.line("mint", left, top - 3, left, top + BAR_HEIGHT + 3, null);
    }
  }

  private void revocation(TokenLife token, int top) {
    if (token.end == TokenLife.End.REVOKED && token.to > axis.start() && token.to <= end) {
      double x = axis.x(token.to);
      canvas.line("cross", x - 5, top + 6, x + 5, top + 16, null);
      canvas.line("cross", x - 5, top + 16, x + 5, top + 6, null);
    }
  }

  private void mark(JournalEntry entry, int top) {
    if (entry.at() < axis.start() || entry.at() > end) {
      return; // out of sight
    }
    double x = axis.x(entry.at());
    switch (entry.kind()) {
      case "rejected":
      case "rejection_ignored":
      case "unattributed":
        canvas.dot(
            "e401",
            x,
            top + 55,
            ReportText.of(
                "hint.e401", clock.time(entry.at()), ReportText.grouped(entry.number("count"))));
        break;
      case "refused":
        canvas.diamond(
            "refusal",
            x,
            top + 55,
            ReportText.of("hint.refusal", clock.time(entry.at()), entry.text("words")));
        break;
      default:
        break;
    }
  }

  private void wait(WaitSpan wait, int top) {
    String title =
        ReportText.of(
            "hint.wait", ReportText.grouped(wait.threads), ReportText.duration(wait.longest));
    if (wait.to >= axis.start() && wait.from <= end) {
      span("wait", wait.from, wait.to, top + 62, 5, title);
    }
  }

  private void span(String style, long from, long to, int top, int height, String title) {
    double left = axis.x(from);
    canvas.rectangle(style, left, top, Math.max(1.5, axis.x(to) - left), height, title);
  }
}
