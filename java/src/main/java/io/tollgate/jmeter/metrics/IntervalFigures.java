package io.tollgate.jmeter.metrics;

import io.tollgate.engine.Log;
import io.tollgate.jmeter.metrics.MetricFamily.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Figures as JMeter's own Backend Listeners send them: what was counted since the last time, and
 * how things are now.
 */
final class IntervalFigures {
  /** Takes figures. */
  interface Sink {
    /**
     * Takes one.
     *
     * @param name of the figure
     * @param labels names and values
     */
    void take(String name, Map<String, String> labels, double value);
  }

  private final EngineMetrics metrics;
  private final Map<String, Double> before = new HashMap<>();
  private boolean faulty;

  IntervalFigures(EngineMetrics metrics) {
    this.metrics = metrics;
    each(metrics.endOfLastRun(), (name, labels, value) -> {});
  }

  /** Of the run that is about to start in this JVM. */
  static IntervalFigures ofThisRun() {
    EngineMetrics metrics = EngineMetrics.ofThisJvm();
    metrics.keepCounting();
    return new IntervalFigures(metrics);
  }

  /**
   * Gives all figures of profiles; those that only grow only if they grew. Never throws: that would
   * end the schedule on which JMeter sends its own figures. A fault is one warning.
   */
  synchronized void give(Sink sink) {
    try {
      each(metrics.families(), sink);
    } catch (RuntimeException | LinkageError e) {
      if (!faulty) {
        faulty = true;
        Log.warn("Tollgate's figures can't be sent: " + e);
      }
    }
  }

  private void each(List<MetricFamily> families, Sink sink) {
    for (MetricFamily family : families) {
      for (MetricFamily.Sample sample : family.samples()) {
        if (family.type == Type.GAUGE) {
          if (sample.labels.containsKey("profile")) {
            sink.take(family.name, sample.labels, sample.value);
          }
        } else if (sample.histogram == null) {
          grown(family.name, sample.labels, sample.value, sink);
        } else {
          grown(family.name + "_count", sample.labels, sample.histogram.count(), sink);
          grown(family.name + "_sum", sample.labels, sample.histogram.seconds(), sink);
        }
      }
    }
  }

  private void grown(String name, Map<String, String> labels, double value, Sink sink) {
    Double last = before.put(name + labels, value);
    double more = value - (last == null ? 0 : last);
    if (more > 0) {
      sink.take(name, labels, more);
    }
  }
}
