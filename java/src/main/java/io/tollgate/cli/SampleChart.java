package io.tollgate.cli;

import io.tollgate.cli.findings.Diagnosis;
import io.tollgate.cli.findings.Evidence;
import io.tollgate.cli.findings.Finding;
import io.tollgate.cli.findings.FindingText;
import io.tollgate.cli.findings.SampleCounts;
import io.tollgate.cli.findings.SampleCounts.Series;
import io.tollgate.text.Canvas.Anchor;
import io.tollgate.text.SvgCanvas;
import io.tollgate.text.TimeAxis;
import java.util.Locale;

/**
 * The run as an SVG: samples by their outcome over time, token requests above them, and a number
 * where each finding begins. It needs nothing from elsewhere, and follows the reader's choice of
 * light or dark.
 */
final class SampleChart {
  private static final int WIDTH = 960;
  private static final int LEFT = 48;
  private static final int RIGHT = 16;
  private static final int TOP = 64;
  private static final int PLOT = 200;
  private static final int HEIGHT = 330;

  /** As many columns as can be distinguished. A short run has fewer slices. */
  private static final int MOST_COLUMNS = 224;

  private static final Series[] STACK = {
    Series.GOOD, Series.OTHER, Series.THROTTLED, Series.REFUSED
  };
  private static final String[] CLASSES = {"good", "other", "throttled", "refused"};

  private static final String STYLE =
      "svg{--page:#fff;--ink:#1b1f24;--faint:#8a939d;--good:#9db7d5;--other:#8a6fb3;"
          + "--throttled:#e08a00;--refused:#cf222e;--token:#116329;font:12px sans-serif}\n"
          + "@media(prefers-color-scheme:dark){svg{--page:#0d1117;--ink:#e6edf3;--faint:#7d8590;"
          + "--good:#3d5a80;--other:#a78bda;--throttled:#f0a030;--refused:#ff6b61;"
          + "--token:#56d364}}\n"
          + ".page{fill:var(--page)}text{fill:var(--ink)}text.faint{fill:var(--faint)}"
          + ".axis{stroke:var(--faint)}.good{fill:var(--good)}.other{fill:var(--other)}"
          + ".throttled{fill:var(--throttled)}.refused{fill:var(--refused)}"
          + ".token{fill:var(--token)}.mark{stroke:var(--ink);stroke-dasharray:3 3}\n";

  private final Evidence evidence;
  private final Diagnosis diagnosis;
  private final int columns;
  private final SvgCanvas canvas = new SvgCanvas(WIDTH, HEIGHT, FindingText.of("chart.title"));

  /** From the begin of the run. */
  private final TimeAxis axis;

  SampleChart(Evidence evidence, Diagnosis diagnosis) {
    this.evidence = evidence;
    this.diagnosis = diagnosis;
    long slices = evidence.length() / evidence.timeline().width() + 1;
    this.columns = (int) Math.min(MOST_COLUMNS, slices);
    this.axis = new TimeAxis(0, evidence.length(), LEFT, WIDTH - LEFT - RIGHT);
  }

  String svg() {
    canvas.rectangle("page", 0, 0, WIDTH, HEIGHT, null);
    columns();
    axis();
    marks();
    legend();
    return canvas.file(STYLE);
  }

  /** Slices added up to columns, by the middle of each slice. */
  private long[][] summed() {
    long[][] sums = new long[Series.values().length][columns];
    SampleCounts line = evidence.timeline();
    double length = Math.max(1, evidence.length());
    for (int i = 0; i < line.size(); i++) {
      double middle = line.from(i) + line.width() / 2.0 - evidence.first();
      int column = (int) Math.max(0, Math.min(columns - 1, middle / length * columns));
      for (Series series : Series.values()) {
        sums[series.ordinal()][column] += line.get(series, i);
      }
    }
    return sums;
  }

  private void columns() {
    long[][] sums = summed();
    long most = 1;
    long mostTokens = 1;
    for (int c = 0; c < columns; c++) {
      long sum = 0;
      for (Series series : STACK) {
        sum += sums[series.ordinal()][c];
      }
      most = Math.max(most, sum);
      mostTokens = Math.max(mostTokens, sums[Series.TOKEN.ordinal()][c]);
    }
    double width = (double) (WIDTH - LEFT - RIGHT) / columns;
    for (int c = 0; c < columns; c++) {
      double bottom = TOP + PLOT;
      for (int s = 0; s < STACK.length; s++) {
        double height = (double) PLOT * sums[STACK[s].ordinal()][c] / most;
        bottom -= height;
        bar(CLASSES[s], LEFT + c * width, bottom, width, height);
      }
      double tokens = 24.0 * sums[Series.TOKEN.ordinal()][c] / mostTokens;
      if (tokens > 0) {
        tokens = Math.max(3, tokens);
        bar("token", LEFT + c * width, TOP - 8 - tokens, width, tokens);
      }
    }
    double seconds = evidence.length() / 1000.0 / columns;
    String rate = rate(most / Math.max(seconds, 1e-3));
    canvas.text("faint", LEFT - 6, TOP + 10, Anchor.END, rate);
  }

  /** Samples a second, short. */
  private static String rate(double number) {
    return number >= 1000
        ? String.format(Locale.ROOT, "%.1fk/s", number / 1000)
        : String.format(Locale.ROOT, "%.0f/s", number);
  }

  private void axis() {
    canvas.line("axis", LEFT, TOP + PLOT, WIDTH - RIGHT, TOP + PLOT, null);
    for (long at : axis.ticks(6)) {
      canvas.text(
          "faint", axis.x(at), TOP + PLOT + 18, Anchor.MIDDLE, "+" + FindingText.duration(at));
    }
  }

  private void marks() {
    int number = 0;
    double last = -100;
    int row = 0;
    for (Finding finding : diagnosis.findings()) {
      double x = axis.x(finding.at() - evidence.first());
      row = x - last < 14 ? row + 1 : 0;
      last = x;
      canvas.line("mark", x, TOP - 34, x, TOP + PLOT, finding.title());
      canvas.text("number", x + 3 + 12 * row, TOP - 36, Anchor.START, String.valueOf(++number));
    }
  }

  private void legend() {
    double x = LEFT;
    for (int s = 0; s < STACK.length; s++) {
      String name = FindingText.of("chart." + CLASSES[s]);
      key(CLASSES[s], x, name);
      x += 40 + 7 * name.length();
    }
    key("token", x, FindingText.of("chart.token"));
  }

  private void key(String style, double x, String name) {
    canvas.rectangle(style, x, HEIGHT - 27, 10, 10, null);
    canvas.text("name", x + 15, HEIGHT - 18, Anchor.START, name);
  }

  private void bar(String style, double x, double y, double width, double height) {
    if (height > 0) {
      canvas.rectangle(style, x, y, width, height, null);
    }
  }
}
