package io.tollgate.text;

import java.util.ArrayList;
import java.util.List;

/** Where a time is on a chart, and which times get a label. */
public final class TimeAxis {
  /** What people count in: seconds, minutes, hours. */
  private static final long[] STEPS = {
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400
  };

  private final long start;
  private final long end;
  private final double left;
  private final double width;

  /**
   * An axis.
   *
   * @param start the time at its left end
   * @param end the time at its right end
   * @param left where it begins
   * @param width how long it is
   */
  public TimeAxis(long start, long end, double left, double width) {
    this.start = start;
    this.end = Math.max(end, start + 1000);
    this.left = left;
    this.width = width;
  }

  /**
   * The time at its left end.
   *
   * @return as given
   */
  public long start() {
    return start;
  }

  /**
   * The place of a time.
   *
   * @param at a time; what is before or after the axis is at its end
   * @return a place
   */
  public double x(long at) {
    long within = Math.max(start, Math.min(end, at));
    return left + width * (within - start) / (end - start);
  }

  /**
   * Round times, so many that their labels have room.
   *
   * @param most how many at most
   * @return times
   */
  public List<Long> ticks(int most) {
    long step = STEPS[STEPS.length - 1] * 1000;
    for (int i = STEPS.length - 1; i >= 0; i--) {
      if ((end - start) / (STEPS[i] * 1000) < most) {
        step = STEPS[i] * 1000;
      }
    }
    while ((end - start) / step >= most) {
      step *= 2;
    }
    List<Long> ticks = new ArrayList<>();
    for (long at = (start + step - 1) / step * step; at <= end; at += step) {
      ticks.add(at);
    }
    return ticks;
  }
}
