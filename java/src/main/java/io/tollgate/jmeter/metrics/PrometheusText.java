package io.tollgate.jmeter.metrics;

import io.tollgate.profile.Histogram;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes figures as Prometheus reads them: its text format, version 0.0.4. */
final class PrometheusText {
  private final StringBuilder out = new StringBuilder();

  private PrometheusText() {}

  static String of(List<MetricFamily> families) {
    PrometheusText text = new PrometheusText();
    families.forEach(text::write);
    return text.out.toString();
  }

  private void write(MetricFamily family) {
    boolean counter = family.type == MetricFamily.Type.COUNTER;
    String name = "tollgate_" + family.name + (counter ? "_total" : "");
    String type = family.type.name().toLowerCase(Locale.ROOT);
    out.append("# HELP ").append(name).append(' ').append(family.help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    for (MetricFamily.Sample sample : family.samples()) {
      if (sample.histogram == null) {
        line(name, sample.labels, null, sample.value);
      } else {
        histogram(name, sample.labels, sample.histogram);
      }
    }
  }

  private void histogram(String name, Map<String, String> labels, Histogram.Counts counts) {
    for (int i = 0; i < counts.bounds(); i++) {
      line(name + "_bucket", labels, number(counts.bound(i)), counts.upTo(i));
    }
    line(name + "_bucket", labels, "+Inf", counts.count());
    line(name + "_sum", labels, null, counts.seconds());
    line(name + "_count", labels, null, counts.count());
  }

  private void line(String name, Map<String, String> labels, String bound, double value) {
    out.append(name);
    char before = '{';
    for (Map.Entry<String, String> label : labels.entrySet()) {
      label(before, label.getKey(), label.getValue());
      before = ',';
    }
    if (bound != null) {
      label(before, "le", bound);
      before = ',';
    }
    out.append(before == '{' ? " " : "} ").append(number(value)).append('\n');
  }

  private void label(char before, String name, String value) {
    String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    out.append(before).append(name).append("=\"").append(escaped).append('"');
  }

  /** Without an exponent, and whole numbers without a fraction. */
  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
