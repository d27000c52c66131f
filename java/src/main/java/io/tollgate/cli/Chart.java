package io.tollgate.cli;

import io.tollgate.cli.findings.Diagnosis;
import io.tollgate.cli.findings.Evidence;
import io.tollgate.cli.findings.Finding;
import io.tollgate.cli.findings.Timeline;
import io.tollgate.cli.findings.Timeline.Series;
import io.tollgate.text.Html;
import io.tollgate.text.Span;
import java.util.Locale;

/**
 * The run as an SVG: samples by their outcome over time, token requests above them, and a number
 * where each finding begins. It needs nothing from elsewhere, and follows the reader's choice of
 * light or dark.
 */
final class Chart {
  private static final int WIDTH = 960;
  private static final int LEFT = 48;
  private static final int RIGHT = 16;
  private static final int TOP = 64;
  private static final int PLOT = 200;
  private static final int HEIGHT = 330;

  /** As many columns as can be told apart. A short run has fewer slices than that. */
  private static final int MOST_COLUMNS = 224;

  private static final Series[] STACK = {
    Series.GOOD, Series.OTHER, Series.THROTTLED, Series.REFUSED
  };
  private static final String[] NAMES = {"good", "failed otherwise", "429", "401"};
  private static final String[] CLASSES = {"good", "other", "throttled", "refused"};

  private final Evidence evidence;
  private final Diagnosis diagnosis;
  private final int columns;
  private final StringBuilder out = new StringBuilder();

  Chart(Evidence evidence, Diagnosis diagnosis) {
    this.evidence = evidence;
    this.diagnosis = diagnosis;
    long slices = evidence.length() / evidence.timeline().width() + 1;
    this.columns = (int) Math.min(MOST_COLUMNS, slices);
  }

  String svg() {
    out.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                + " aria-label=\"samples over time\">\n",
            WIDTH,
            HEIGHT));
    out.append(
        "<style>\n"
            + "svg{--page:#fff;--ink:#1b1f24;--faint:#8a939d;--good:#9db7d5;--other:#8a6fb3;"
            + "--throttled:#e08a00;--refused:#cf222e;--token:#116329;font:12px sans-serif}\n"
            + "@media(prefers-color-scheme:dark){svg{--page:#0d1117;--ink:#e6edf3;--faint:#7d8590;"
            + "--good:#3d5a80;--other:#a78bda;--throttled:#f0a030;--refused:#ff6b61;"
            + "--token:#56d364}}\n"
            + ".page{fill:var(--page)}text{fill:var(--ink)}.faint{fill:var(--faint)}"
            + ".axis{stroke:var(--faint);fill:none}.good{fill:var(--good)}.other{fill:var(--other)}"
            + ".throttled{fill:var(--throttled)}.refused{fill:var(--refused)}"
            + ".token{fill:var(--token)}.mark{stroke:var(--ink);stroke-dasharray:3 3}\n"
            + "</style>\n");
    out.append(
        String.format(
            Locale.ROOT, "<rect class=\"page\" width=\"%d\" height=\"%d\"/>\n", WIDTH, HEIGHT));
    columns();
    axes();
    marks();
    legend();
    return out.append("</svg>\n").toString();
  }

  private double x(double at) {
    double length = Math.max(1, evidence.length());
    double share = (at - evidence.first()) / length;
    return LEFT + Math.min(1, Math.max(0, share)) * (WIDTH - LEFT - RIGHT);
  }

  /** Slices added up to columns, by the middle of each slice. */
  private long[][] summed() {
    long[][] sums = new long[Series.values().length][columns];
    Timeline line = evidence.timeline();
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
        rect(CLASSES[s], LEFT + c * width, bottom, width, height);
      }
      double tokens = 24.0 * sums[Series.TOKEN.ordinal()][c] / mostTokens;
      if (tokens > 0) {
        tokens = Math.max(3, tokens);
        rect("token", LEFT + c * width, TOP - 8 - tokens, width, tokens);
      }
    }
    double seconds = evidence.length() / 1000.0 / columns;
    text("faint", LEFT - 6, TOP + 10, "end", rate(most / Math.max(seconds, 1e-3)));
  }

  /** Samples a second, short. */
  private static String rate(double number) {
    return number >= 1000
        ? String.format(Locale.ROOT, "%.1fk/s", number / 1000)
        : String.format(Locale.ROOT, "%.0f/s", number);
  }

  private void axes() {
    out.append(
        String.format(
            Locale.ROOT,
            "<path class=\"axis\" d=\"M%d %dH%d\"/>\n",
            LEFT,
            TOP + PLOT,
            WIDTH - RIGHT));
    for (int i = 0; i <= 4; i++) {
      double at = evidence.first() + evidence.length() * i / 4.0;
      String anchor = i == 0 ? "start" : i == 4 ? "end" : "middle";
      text("faint", x(at), TOP + PLOT + 18, anchor, "+" + Span.of(evidence.length() * i / 4.0));
    }
  }

  private void marks() {
    int number = 0;
    double last = -100;
    int row = 0;
    for (Finding finding : diagnosis.findings()) {
      double x = x(finding.at());
      row = x - last < 14 ? row + 1 : 0;
      last = x;
      out.append(
          String.format(
              Locale.ROOT,
              "<path class=\"mark\" d=\"M%.1f %dV%d\"><title>%s</title></path>\n",
              x,
              TOP - 34,
              TOP + PLOT,
              Html.text(finding.title())));
      text("", x + 3 + 12 * row, TOP - 36, "start", String.valueOf(++number));
    }
  }

  private void legend() {
    double x = LEFT;
    int y = HEIGHT - 18;
    for (int s = 0; s < STACK.length; s++) {
      rect(CLASSES[s], x, y - 9, 10, 10);
      text("", x + 15, y, "start", NAMES[s]);
      x += 40 + 7 * NAMES[s].length();
    }
    rect("token", x, y - 9, 10, 10);
    text("", x + 15, y, "start", "token requests begin (above)");
  }

  private void rect(String kind, double x, double y, double width, double height) {
    if (height > 0) {
      out.append(
          String.format(
              Locale.ROOT,
              "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n",
              kind,
              x,
              y,
              width,
              height));
    }
  }

  private void text(String kind, double x, double y, String anchor, String words) {
    out.append(
        String.format(
            Locale.ROOT,
            "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
            kind,
            x,
            y,
            anchor,
            Html.text(words)));
  }
}
