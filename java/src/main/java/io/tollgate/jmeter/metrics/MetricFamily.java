package io.tollgate.jmeter.metrics;

import io.tollgate.profile.Histogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Figures of one name, told apart by their labels, at one moment. */
final class MetricFamily {
  /** What kind of figures they are. */
  enum Type {
    /** Only grows. */
    COUNTER,
    /** Comes and goes. */
    GAUGE,
    /** Durations: how many were at most so long, how many there were, and their sum. */
    HISTOGRAM
  }

  /** One figure, or one histogram. */
  static final class Sample {
    /** Names and values. */
    final Map<String, String> labels;

    final double value;

    /** {@code null} where it is one figure. */
    final Histogram.Counts histogram;

    private Sample(String[] labels, double value, Histogram.Counts histogram) {
      Map<String, String> named = new LinkedHashMap<>();
      for (int i = 0; i < labels.length; i += 2) {
        named.put(labels[i], labels[i + 1]);
      }
      this.labels = Collections.unmodifiableMap(named);
      this.value = value;
      this.histogram = histogram;
    }
  }

  /** Without prefix, unit and all, as a counter without {@code _total}. */
  final String name;

  final Type type;
  final String help;
  private final List<Sample> samples = new ArrayList<>();

  MetricFamily(String name, Type type, String help) {
    this.name = name;
    this.type = type;
    this.help = help;
  }

  /** Adds a figure: names and values of its labels in turn. */
  MetricFamily add(double value, String... labels) {
    samples.add(new Sample(Arrays.copyOf(labels, labels.length), value, null));
    return this;
  }

  /** Adds a histogram. */
  MetricFamily add(Histogram.Counts counts, String... labels) {
    samples.add(new Sample(Arrays.copyOf(labels, labels.length), 0, counts));
    return this;
  }

  List<Sample> samples() {
    return Collections.unmodifiableList(samples);
  }
}
