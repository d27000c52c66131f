package io.tollgate.jmeter.metrics;

import java.util.Iterator;
import java.util.Map;
import org.apache.jmeter.visualizers.backend.BackendListenerContext;
import org.apache.jmeter.visualizers.backend.influxdb.InfluxdbBackendListenerClient;

/**
 * JMeter's sender to InfluxDB, with its parameters, that sends Tollgate's figures too: measurement
 * {@code tollgate}, tags {@code application}, {@code profile} and that of the figure, a field for
 * the figure.
 */
public class TollgateInfluxdbBackendListenerClient extends InfluxdbBackendListenerClient {
  private static final String USER_TAG = "TAG_";

  private final MetricsSender sender =
      new MetricsSender(
          this, InfluxdbBackendListenerClient.class, String.class, String.class, String.class);
  private IntervalFigures figures;
  private String tags = "";

  @Override
  public void setupTest(BackendListenerContext context) throws Exception {
    tags = tags(context);
    figures = IntervalFigures.ofThisRun();
    super.setupTest(context); // begins to send at once, on a thread of its own
  }

  /** Adds the figures to what JMeter sends, each time it does. */
  @Override
  public void run() {
    add();
    super.run();
  }

  @Override
  public void teardownTest(BackendListenerContext context) throws Exception {
    add();
    super.teardownTest(context);
  }

  private void add() {
    figures.give(
        (name, labels, value) ->
            sender.add("tollgate", tags + tags(labels), name + "=" + PrometheusText.number(value)));
  }

  /** Those that JMeter adds to its own figures. */
  private static String tags(BackendListenerContext context) {
    StringBuilder tags = new StringBuilder();
    append(tags, "application", context.getParameter("application", ""));
    Iterator<String> names = context.getParameterNamesIterator();
    while (names.hasNext()) {
      String name = names.next().trim();
      if (name.startsWith(USER_TAG)) {
        append(tags, name.substring(USER_TAG.length()), context.getParameter(name, ""));
      }
    }
    return tags.toString();
  }

  private static String tags(Map<String, String> labels) {
    StringBuilder tags = new StringBuilder();
    labels.forEach((name, value) -> append(tags, name, value));
    return tags.toString();
  }

  /** InfluxDB's line protocol knows no empty value. */
  private static void append(StringBuilder tags, String name, String value) {
    if (!value.trim().isEmpty()) {
      tags.append(',').append(escaped(name)).append('=').append(escaped(value));
    }
  }

  private static String escaped(String text) {
    return text.trim().replaceAll("[ ,=]", "\\\\$0").replace("\n", "\\n");
  }
}
