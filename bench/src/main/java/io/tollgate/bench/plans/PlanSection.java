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
import java.util.function.DoubleBinaryOperator;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** What {@link PlanCost} measured. */
public final class PlanSection extends RawSection {
  /** The highest ratio of processor time to a plan with a constant header. */
  private static final double GOAL = 1.01;

  private static final DoubleBinaryOperator RATIO = (cost, constant) -> cost / constant;

  /** Nanoseconds in a microsecond. */
  private static final double NANOS = 1e3;

  public PlanSection() {
    super("What it costs a plan", "plans");
  }

  @Override
  protected void tell(Writer to, JsonNode raw) throws IOException {
    to.write(
        String.format(
            Locale.ROOT,
            "Processor time (user and system) of the whole JMeter for one sample of an HTTP Request"
                + " against an nginx on the same machine, results file included, in microseconds:"
                + " the difference to the same plan with a constant header, and the ratio. The mean"
                + " of up to %d pairs of blocks of %,d samples that alternate in one JMeter, with"
                + " its 95 %% interval. The processor clock has a resolution of 10 ms. The"
                + " measurement took %d s. `make bench-plan`.\n\n",
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
    String judged = raw.path("goal").asText();
    for (Map.Entry<String, JsonNode> variant : raw.path("names").properties()) {
      List<String> row = new ArrayList<>(List.of(variant.getValue().asText()));
      for (int threads : measured) {
        JsonNode jvms = raw.path("threads_" + threads);
        if (variant.getKey().equals(PlanVariant.constant().key())) {
          Sample costs = constants(jvms, judged);
          row.add(String.format(Locale.ROOT, "%.1f", costs.meanInterval().value()));
          row.add("1");
        } else {
          row.add(
              more(paired(jvms, variant.getKey(), (cost, constant) -> (cost - constant) / NANOS)));
          row.add(times(paired(jvms, variant.getKey(), RATIO)));
        }
      }
      table.row(row);
    }
    to.write(table.markdown());
    to.write(
        "\n"
            + "A part of what the element costs is JMeter's own: before each sample it sets the six"
            + " fields of the element's form by reflection. The hot path above is measured without"
            + " that.\n");
    for (int threads : measured) {
      Sample ratios = paired(raw.path("threads_" + threads), judged, RATIO);
      Sample.Interval ratio = ratios.meanInterval();
      goals.add(
          raw.path("names").path(judged).asText() + " within 1 %, " + threads + " threads",
          times(ratios),
          ratio.high() <= GOAL ? "met" : ratio.low() <= GOAL ? "**not shown**" : "**not met**");
    }
    goals.write();
  }

  /** The costs of the blocks with a constant header that are paired with this variant. */
  private static Sample constants(JsonNode jvms, String variant) {
    return paired(jvms, variant, (cost, constant) -> constant / NANOS);
  }

  /** A value of each block and the block with a constant header of the same pair. */
  private static Sample paired(JsonNode jvms, String variant, DoubleBinaryOperator of) {
    return joined(
        jvms,
        jvm -> {
          double[] constant = Sample.of(jvm.path(PlanVariant.constant().key())).values();
          double[] costs = Sample.of(jvm.path(variant)).values();
          Arrays.setAll(costs, i -> of.applyAsDouble(costs[i], constant[i]));
          return costs;
        });
  }

  private static Sample joined(JsonNode jvms, Function<JsonNode, double[]> of) {
    return new Sample(
        StreamSupport.stream(jvms.spliterator(), false)
            .flatMapToDouble(jvm -> Arrays.stream(of.apply(jvm)))
            .toArray());
  }

  private static String times(Sample ratios) {
    return formatted("%.3f (%.3f–%.3f)", ratios);
  }

  private static String more(Sample differences) {
    return formatted("%+.1f (%+.1f to %+.1f)", differences);
  }

  private static String formatted(String format, Sample sample) {
    Sample.Interval interval = sample.meanInterval();
    return String.format(Locale.ROOT, format, interval.value(), interval.low(), interval.high());
  }
}
