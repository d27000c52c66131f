package io.tollgate.jmeter.monitor;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Writes metrics as Prometheus reads them: its text format, version 0.0.4. */
final class PrometheusText {
  private final StringBuilder out = new StringBuilder();
  private final Set<String> described = new HashSet<>();

  /** Begins a metric; its samples must follow before those of the next. */
  void metric(String name, String type, String help) {
    if (!described.add(name)) {
      throw new IllegalStateException(name + " twice");
    }
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  /** A sample: names and values of its labels in turn. */
  void sample(String name, double value, String... labels) {
    out.append(name);
    for (int i = 0; i < labels.length; i += 2) {
      out.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
      out.append(escaped(labels[i + 1])).append('"');
    }
    out.append(labels.length == 0 ? " " : "} ").append(number(value)).append('\n');
  }

  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%s", value);
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
