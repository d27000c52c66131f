package io.tollgate.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Horizontal bars in groups, on a logarithmic scale, as an SVG that needs nothing from elsewhere
 * and is readable on light and on dark.
 */
public final class BarChart {
  private static final int WIDTH = 920;
  private static final int LABELS = 390;
  private static final int RIGHT = 70;
  private static final int BAR = 11;
  private static final int GAP = 12;
  private static final int TOP = 66;

  /** Mid tones, with enough contrast to black and to white; text takes the page's own colour. */
  private static final String STYLE =
      "text{font:12px system-ui,sans-serif;fill:#24292f}.t{font-size:15px;font-weight:600}"
          + ".own{font-weight:600}.n{font-size:10px}.g{stroke:#8b949e;stroke-opacity:.35}"
          + ".a{fill:#2f81c4}.b{fill:#c4842f}.c{fill:#7a5fc0}"
          + "@media(prefers-color-scheme:dark){text{fill:#d7dde3}}";

  private static final String[] CLASSES = {"a", "b", "c"};

  private record Group(String label, boolean own, List<Double> values) {}

  private final String title;
  private final List<String> series;
  private final List<Group> groups = new ArrayList<>();

  /**
   * Begins one.
   *
   * @param title says the unit too
   * @param series names the bars of each group, at most three
   */
  public BarChart(String title, List<String> series) {
    if (series.size() > CLASSES.length) {
      throw new IllegalArgumentException("there are colours for " + CLASSES.length + " series");
    }
    this.title = title;
    this.series = series;
  }

  /**
   * Adds a group of bars.
   *
   * @param label beside it
   * @param own whether it stands out
   * @param values one a series, more than zero; not a number: no bar
   */
  public BarChart group(String label, boolean own, List<Double> values) {
    groups.add(new Group(label, own, List.copyOf(values)));
    return this;
  }

  /** The picture. */
  public String svg() {
    double least = bound(true);
    double most = bound(false);
    int groupHeight = series.size() * BAR + GAP;
    int height = TOP + groups.size() * groupHeight + 10;
    StringBuilder svg = new StringBuilder();
    svg.append(
        format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                + " height=\"%d\" role=\"img\">%n<title>%s</title>%n<style>%s</style>%n",
            WIDTH, height, WIDTH, height, escaped(title), STYLE));
    svg.append(format("<text class=\"t\" x=\"10\" y=\"22\">%s</text>%n", escaped(title)));
    for (int i = 0; i < series.size(); i++) {
      int x = LABELS + i * 120;
      svg.append(
          format(
              "<rect class=\"%s\" x=\"%d\" y=\"33\" width=\"11\" height=\"11\"/><text x=\"%d\""
                  + " y=\"43\">%s</text>%n",
              CLASSES[i], x, x + 16, escaped(series.get(i))));
    }
    for (double at = least; at <= most * 1.0001; at *= 10) {
      double x = x(at, least, most);
      svg.append(
          format(
              "<line class=\"g\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/><text class=\"n\""
                  + " x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
              x, x, TOP, height - 6, x, TOP - 4, tick(at)));
    }
    int y = TOP + GAP / 2;
    for (Group group : groups) {
      svg.append(
          format(
              "<text%s x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
              group.own() ? " class=\"own\"" : "",
              LABELS - 8,
              y + series.size() * BAR / 2 + 4,
              escaped(group.label())));
      for (int i = 0; i < group.values().size(); i++) {
        double value = group.values().get(i);
        if (value > 0) {
          double end = x(value, least, most);
          svg.append(
              format(
                  "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/><text"
                      + " class=\"n\" x=\"%.1f\" y=\"%d\">%s</text>%n",
                  CLASSES[i],
                  LABELS,
                  y + i * BAR,
                  Math.max(1, end - LABELS),
                  BAR - 1,
                  end + 4,
                  y + i * BAR + 9,
                  Numbers.short3(value)));
        }
      }
      y += groupHeight;
    }
    return svg.append("</svg>\n").toString();
  }

  /** The power of ten at or beyond the least or the most. */
  private double bound(boolean lower) {
    double[] values =
        groups.stream()
            .flatMap(group -> group.values().stream())
            .mapToDouble(Double::doubleValue)
            .filter(value -> value > 0)
            .toArray();
    double extreme = 1;
    if (values.length > 0) {
      Arrays.sort(values);
      extreme = lower ? values[0] : values[values.length - 1];
    }
    double power = Math.log10(extreme);
    double rounded = lower ? Math.ceil(power) - 1 : Math.floor(power) + 1;
    return Math.pow(10, rounded);
  }

  private static double x(double value, double least, double most) {
    double share = Math.log(value / least) / Math.log(most / least);
    return LABELS + share * (WIDTH - LABELS - RIGHT);
  }

  private static String tick(double at) {
    return at < 1 ? String.format(Locale.ROOT, "%s", at) : Numbers.grouped(at);
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values).replace(System.lineSeparator(), "\n");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
