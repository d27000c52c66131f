package io.tollgate.tests;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The demo at a glance: of each contender the samples of each half second, failed ones at the top.
 * An SVG that loads nothing and is readable on light and on dark.
 */
final class DemoPicture {
  private static final int WIDTH = 900;
  private static final int LEFT = 130;
  private static final int RIGHT = 170;
  private static final int TOP = 40;
  private static final int ROW = 92;
  private static final int PLOT = 62;
  private static final long SLICE_MS = 500;

  /** Failed samples differ by place too, not by colour alone. */
  private static final String STYLE =
      "text{font:14px system-ui,sans-serif;fill:#24292f}.t{font-weight:600}.n{font-size:12px}"
          + ".g{stroke:#8b949e}.ok{fill:#2f81c4}.no{fill:#d1242f}"
          + "@media(prefers-color-scheme:dark){text{fill:#d7dde3}.ok{fill:#4a9be0}.no{fill:#ff6b61}}";

  private final long length;
  private final StringBuilder out = new StringBuilder();

  private DemoPicture(Duration length) {
    this.length = length.toMillis();
  }

  /** Of all contenders, each of which ran for so long. */
  static String of(List<Outcome> outcomes, Duration length) {
    DemoPicture picture = new DemoPicture(length);
    long most = outcomes.stream().mapToLong(picture::most).max().orElse(1);
    int bottom = TOP;
    for (Outcome outcome : outcomes) {
      picture.row(outcome, bottom + PLOT, Math.max(1, most));
      bottom += ROW;
    }
    picture.legend(bottom + 4);
    return String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                + " aria-label=\"samples over time, failed and good\">%n<style>%s</style>%n",
            WIDTH,
            bottom + 16,
            STYLE)
        + picture.out
        + "</svg>\n";
  }

  /** Good and failed samples by the half second in which they ended. */
  private long[][] slices(Outcome outcome) {
    int count = (int) ((length + SLICE_MS - 1) / SLICE_MS);
    long[][] slices = new long[count][2];
    List<Sample> samples = outcome.results().samples();
    long start = samples.stream().mapToLong(Sample::start).min().orElse(0);
    for (Sample sample : samples) {
      int slice = (int) Math.min(count - 1, (sample.end() - start) / SLICE_MS);
      slices[slice][sample.success() ? 0 : 1]++;
    }
    return slices;
  }

  private long most(Outcome outcome) {
    long most = 1;
    for (long[] slice : slices(outcome)) {
      most = Math.max(most, slice[0] + slice[1]);
    }
    return most;
  }

  private void row(Outcome outcome, int bottom, long most) {
    long[][] slices = slices(outcome);
    double width = (double) (WIDTH - LEFT - RIGHT) / slices.length;
    int middle = bottom - PLOT / 2;
    text("t", 0, middle - 3, outcome.contender().title());
    text("n", 0, middle + 15, outcome.contender().way());
    for (int i = 0; i < slices.length; i++) {
      double x = LEFT + i * width;
      double good = (double) PLOT * slices[i][0] / most;
      double failed = (double) PLOT * slices[i][1] / most;
      column("ok", x, bottom - good, width, good);
      column("no", x, bottom - good - failed, width, failed);
    }
    out.append(
        String.format(
            Locale.ROOT,
            "<line class=\"g\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>%n",
            LEFT,
            WIDTH - RIGHT,
            bottom,
            bottom));
    int right = WIDTH - RIGHT + 14;
    text("t", right, middle - 12, count(outcome.results().failed().size(), "failed"));
    text("n", right, middle + 6, "of " + count(outcome.results().count(), "samples"));
    text("n", right, middle + 23, count(outcome.counts().tokenRequests(), "token requests"));
  }

  private static String count(long number, String of) {
    return String.format(Locale.ROOT, "%,d %s", number, of);
  }

  private void column(String style, double x, double y, double width, double height) {
    if (height > 0) {
      out.append(
          String.format(
              Locale.ROOT,
              "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>%n",
              style,
              x,
              y,
              width - 1,
              height));
    }
  }

  private void legend(int y) {
    text("n", LEFT, 16, "samples of each half second:");
    column("ok", LEFT + 180, 6, 12, 11);
    text("n", LEFT + 196, 16, "good");
    column("no", LEFT + 250, 6, 12, 11);
    text("n", LEFT + 266, 16, "failed");
    text("n", LEFT, y, "0 s");
    text("n", WIDTH - RIGHT - 28, y, length / 1000 + " s");
  }

  private void text(String style, int x, int y, String text) {
    out.append(
        String.format(
            Locale.ROOT, "<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>%n", style, x, y, text));
  }
}
