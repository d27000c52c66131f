package io.tollgate.bench.plans;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollgate.bench.waves.Goals;
import io.tollgate.bench.waves.RawSection;
import io.tollgate.bench.waves.Sample;
import io.tollgate.tests.Table;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** What {@link PlanCost} measured. */
public final class PlanSection extends RawSection {
  /** What a way to a token may cost a plan. */
  private static final double GOAL = 1.01;

  public PlanSection() {
    super("What it costs a plan", "plans");
  }

  @Override
  protected void tell(Writer to, JsonNode raw) throws IOException {
    to.write(
        String.format(
            Locale.ROOT,
            "Processor time (user and system) of the whole JMeter for one sample of an HTTP Request"
                + " against an nginx on the same machine, results file included, in microseconds;"
                + " and how many times that of the same plan with a constant header: the mean of"
                + " up to %d pairs of blocks of %,d samples that alternate in one JMeter, with its"
                + " interval of 95 %%. The clock of it ticks in 10 ms. It took %d s. `make"
                + " bench-plan`.\n\n",
            raw.path("pairs").asInt(),
            raw.path("samples").asInt(),
            raw.path("took_seconds").asLong()));
    Goals goals = new Goals(to);
    List<String> head = new ArrayList<>(List.of(""));
    List<Integer> measured =
        Arrays.stream(PlanCost.THREADS)
            .filter(count -> raw.has("threads_" + count))
            .boxed()
            .toList();
    for (int threads : measured) {
      head.addAll(List.of(threads + " threads, µs", "times a constant header"));
    }
    Table table = new Table(head);
    for (Map.Entry<String, JsonNode> way : raw.path("names").properties()) {
      List<String> row = new ArrayList<>(List.of(way.getValue().asText()));
      for (int threads : measured) {
        JsonNode jvms = raw.path("threads_" + threads);
        row.add(
            String.format(
                Locale.ROOT, "%.1f", costs(jvms, way.getKey()).meanInterval().value() / 1e3));
        boolean constant = way.getKey().equals(Way.constant().key());
        row.add(constant ? "1" : told(ratios(jvms, way.getKey()).meanInterval()));
      }
      table.row(row);
    }
    to.write(table.markdown());
    String judged = raw.path("goal").asText();
    for (int threads : measured) {
      Sample.Interval ratio = ratios(raw.path("threads_" + threads), judged).meanInterval();
      goals.add(
          raw.path("names").path(judged).asText() + " within 1 %, " + threads + " threads",
          told(ratio),
          ratio.high() <= GOAL ? "met" : ratio.low() <= GOAL ? "**not shown**" : "**not met**");
    }
    goals.write();
  }

  private static Sample costs(JsonNode jvms, String way) {
    return joined(jvms, jvm -> Sample.of(jvm.path(way)).values());
  }

  /** Of each block and the block with a constant header of the same pair. */
  private static Sample ratios(JsonNode jvms, String way) {
    return joined(
        jvms,
        jvm -> {
          double[] constant = Sample.of(jvm.path(Way.constant().key())).values();
          double[] costs = Sample.of(jvm.path(way)).values();
          for (int i = 0; i < costs.length; i++) {
            costs[i] /= constant[i];
          }
          return costs;
        });
  }

  private static Sample joined(JsonNode jvms, Function<JsonNode, double[]> of) {
    List<Double> all = new ArrayList<>();
    jvms.forEach(
        jvm -> {
          for (double value : of.apply(jvm)) {
            all.add(value);
          }
        });
    return new Sample(all.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static String told(Sample.Interval interval) {
    return String.format(
        Locale.ROOT, "%.3f (%.3f–%.3f)", interval.value(), interval.low(), interval.high());
  }
}
