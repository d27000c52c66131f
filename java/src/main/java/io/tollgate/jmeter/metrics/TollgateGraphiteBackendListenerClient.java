package io.tollgate.jmeter.metrics;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.jmeter.visualizers.backend.BackendListenerContext;
import org.apache.jmeter.visualizers.backend.graphite.GraphiteBackendListenerClient;

/**
 * JMeter's sender to Graphite, with its parameters, that sends Tollgate's figures too, as {@code
 * tollgate.PROFILE.FIGURE.LABEL} below its prefix.
 */
public class TollgateGraphiteBackendListenerClient extends GraphiteBackendListenerClient {
  private final MetricsSender sender =
      new MetricsSender(
          this,
          GraphiteBackendListenerClient.class,
          long.class,
          String.class,
          String.class,
          String.class);
  private IntervalFigures figures;

  @Override
  public void setupTest(BackendListenerContext context) throws Exception {
    figures = IntervalFigures.ofThisRun();
    super.setupTest(context);
  }

  /** Adds the figures to what JMeter sends, each time it does. */
  @Override
  protected void sendMetrics() {
    add();
    super.sendMetrics();
  }

  private void add() {
    long now = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
    figures.give(
        (name, labels, value) ->
            sender.add(now, context(labels), path(name, labels), PrometheusText.number(value)));
  }

  private static String context(Map<String, String> labels) {
    String profile = labels.get("profile");
    return profile == null ? "tollgate" : "tollgate." + profile.replaceAll("[^\\w-]", "_");
  }

  private static String path(String name, Map<String, String> labels) {
    StringBuilder path = new StringBuilder(name);
    labels.forEach((label, value) -> path.append("profile".equals(label) ? "" : "." + value));
    return path.toString();
  }
}
