package io.tollgate.bench.waves;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.StatUtils;

/**
 * A few measurements of one thing, with confidence intervals.
 *
 * @param values in the order they were measured in
 */
public record Sample(double[] values) {
  private static final double CONFIDENCE = 0.95;

  /** Enough that the randomness of the interval is below the printed precision. */
  private static final int RESAMPLES = 10_000;

  /** Fixed: the same raw results give the same page. */
  private static final long SEED = 42;

  /**
   * A value and its 95 % confidence interval.
   *
   * @param value what was measured
   * @param low the lower bound
   * @param high the upper bound
   */
  public record Interval(double value, double low, double high) {
    /** Whether the interval contains zero. */
    boolean holdsZero() {
      return low <= 0 && high >= 0;
    }
  }

  /** From an array of numbers. */
  public static Sample of(JsonNode array) {
    double[] values = new double[array.size()];
    Arrays.setAll(values, i -> array.get(i).asDouble());
    return new Sample(values);
  }

  /** From one field of each object of an array. */
  static Sample of(JsonNode array, ToDoubleFunction<JsonNode> field) {
    double[] values = new double[array.size()];
    Arrays.setAll(values, i -> field.applyAsDouble(array.get(i)));
    return new Sample(values);
  }

  public double median() {
    return median(values);
  }

  double min() {
    return StatUtils.min(values);
  }

  public double max() {
    return StatUtils.max(values);
  }

  double sum() {
    return StatUtils.sum(values);
  }

  /** The differences, value by value. */
  Sample minus(Sample other) {
    double[] differences = new double[values.length];
    Arrays.setAll(differences, i -> values[i] - other.values[i]);
    return new Sample(differences);
  }

  /** The median with its interval by bootstrap, which assumes no distribution of stalls. */
  Interval medianInterval() {
    Random chance = new Random(SEED);
    double[] medians = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      double[] drawn = new double[values.length];
      Arrays.setAll(drawn, j -> values[chance.nextInt(values.length)]);
      medians[i] = median(drawn);
    }
    Arrays.sort(medians);
    double tail = (1 - CONFIDENCE) / 2;
    return new Interval(
        median(), medians[(int) (RESAMPLES * tail)], medians[(int) (RESAMPLES * (1 - tail)) - 1]);
  }

  /** The mean with its interval by Student's t; infinite for one value. */
  public Interval meanInterval() {
    double mean = StatUtils.mean(values);
    if (values.length < 2) {
      return new Interval(mean, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }
    double t =
        new TDistribution(values.length - 1.0).inverseCumulativeProbability((1 + CONFIDENCE) / 2);
    double half = t * Math.sqrt(StatUtils.variance(values) / values.length);
    return new Interval(mean, mean - half, mean + half);
  }

  /** {@code median (least–most)}, in milliseconds. */
  String spread() {
    return String.format(Locale.ROOT, "%.1f (%.1f–%.1f)", median(), min(), max());
  }

  private static double median(double[] of) {
    double[] sorted = DoubleStream.of(of).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
