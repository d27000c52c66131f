package io.tollgate.jmeter.report;

import io.tollgate.text.Canvas;
import io.tollgate.text.Canvas.Anchor;
import io.tollgate.text.LocalClock;
import io.tollgate.text.TimeAxis;

/**
 * The samples of a run over the same time as its {@link TokenChart}: how many a second, good ones
 * above the line and failed ones below it, and their response times, a bar up to what 95 % stayed
 * below, with a line at the median.
 */
final class SampleChart {
  static final int HEIGHT = 232;
  private static final int TOP = 22;
  private static final int GOOD = 56;
  private static final int FAILED = 26;
  private static final int TIMES_TOP = 134;
  private static final int TIMES = 62;

  private final SampleTimeline samples;
  private final Canvas canvas;
  private final LocalClock clock;
  private final TimeAxis axis;
  private final double sliceSeconds;

  private SampleChart(SampleTimeline samples, Canvas canvas, LocalClock clock, int width) {
    this.samples = samples;
    this.canvas = canvas;
    this.clock = clock;
    this.axis =
        new TimeAxis(samples.start, samples.end, TokenChart.SIDE, width - 2.0 * TokenChart.SIDE);
    this.sliceSeconds = (samples.end - samples.start) / 1e3 / SampleTimeline.SLICES;
  }

  /**
   * Draws with the styles {@code grid}, {@code row}, {@code good}, {@code bad}, {@code slow},
   * {@code median}.
   */
  static void draw(SampleTimeline samples, Canvas canvas, LocalClock clock, int width) {
    SampleChart chart = new SampleChart(samples, canvas, clock, width);
    for (long at : chart.axis.ticks(Math.max(2, Math.min(9, width / 90)))) {
      canvas.line("grid", chart.axis.x(at), 0, chart.axis.x(at), HEIGHT, null);
    }
    chart.rates();
    chart.times();
  }

  private void rates() {
    double most = 1e-9;
    for (int i = 0; i < SampleTimeline.SLICES; i++) {
      most = Math.max(most, samples.good[i]);
    }
    double mostFailed = 1e-9;
    for (int i = 0; i < SampleTimeline.SLICES; i++) {
      mostFailed = Math.max(mostFailed, samples.failed[i]);
    }
    double scale = Math.min(GOOD / most, FAILED / mostFailed);
    String goodRate = rate(most < 1 ? 0 : most);
    title(
        14,
        mostFailed < 1
            ? ReportText.of("samples.rate", goodRate)
            : ReportText.of("samples.rate_failed", goodRate, rate(mostFailed)));
    double line = TOP + GOOD;
    for (int i = 0; i < SampleTimeline.SLICES; i++) {
      bar("good", i, line - samples.good[i] * scale, samples.good[i] * scale);
      // However few failed, they are to be seen.
      double height = samples.failed[i] == 0 ? 0 : Math.max(2, samples.failed[i] * scale);
      bar("bad", i, line, height);
    }
    canvas.line("grid", axis.x(samples.start), line, axis.x(samples.end), line, null);
  }

  private void times() {
    double most = 1e-9;
    for (int i = 0; i < SampleTimeline.SLICES; i++) {
      most = Math.max(most, samples.millis(i, 0.95));
    }
    title(TIMES_TOP, ReportText.of("samples.times", ReportText.duration(most)));
    double bottom = TIMES_TOP + 8 + TIMES;
    for (int i = 0; i < SampleTimeline.SLICES; i++) {
      double slow = TIMES * samples.millis(i, 0.95) / most;
      if (slow > 0) {
        bar("slow", i, bottom - slow, slow);
        bar("median", i, bottom - TIMES * samples.millis(i, 0.5) / most - 1, 2);
      }
    }
    canvas.line("grid", axis.x(samples.start), bottom, axis.x(samples.end), bottom, null);
  }

  private void title(int y, String text) {
    canvas.text("row", TokenChart.SIDE, y, Anchor.START, text);
  }

  private void bar(String style, int slice, double y, double height) {
    if (height > 0) {
      double left = axis.x(samples.at(slice));
      double width = Math.max(1, axis.x(samples.at(slice + 1)) - left);
      canvas.rectangle(style, left, y, width, height, style.equals("median") ? null : hint(slice));
    }
  }

  private String hint(int slice) {
    return ReportText.of(
        "hint.samples",
        clock.time(samples.at(slice)),
        ReportText.grouped(samples.good[slice]),
        ReportText.grouped(samples.failed[slice]),
        ReportText.duration(samples.millis(slice, 0.5)),
        ReportText.duration(samples.millis(slice, 0.95)));
  }

  private String rate(double samplesOfASlice) {
    double rate = samplesOfASlice / sliceSeconds;
    return rate >= 10
        ? ReportText.grouped(Math.round(rate))
        : String.format(ReportText.words().language(), "%.1f", rate);
  }
}
