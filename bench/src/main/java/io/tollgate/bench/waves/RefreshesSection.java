package io.tollgate.bench.waves;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollgate.tests.Table;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;

/** What {@link Refreshes} measured. */
public final class RefreshesSection extends RawSection {
  public RefreshesSection() {
    super("A refresh under many threads", "refreshes");
  }

  @Override
  protected void tell(Writer to, JsonNode raw) throws IOException {
    JsonNode with = raw.path("with");
    JsonNode without = raw.path("without");
    to.write(
        String.format(
            Locale.ROOT,
            "%d threads read without a pause, %,.0f million times in all, in %d pairs of rounds of"
                + " %.1f s: in one the token is refreshed (%,.0f refreshes in all), in the other it"
                + " is not, in random order. Nanoseconds of a read, two clock reads included; the"
                + " median of the rounds, and of the difference in a pair with its 95 %% interval"
                + " (bootstrap). `make bench-refreshes`.\n\n",
            raw.path("threads").asInt(),
            (sum(with, "reads") + sum(without, "reads")) / 1e6,
            raw.path("pairs").asInt(),
            raw.path("round_millis").asInt() / 1e3,
            sum(with, "requests")));
    Table table = new Table(List.of("", "not refreshed", "refreshed", "difference", ""));
    for (int i = 0; i < Refreshes.QUANTILES.length; i++) {
      row(table, "p" + trimmed(Refreshes.QUANTILES[i]), quantile(with, i), quantile(without, i));
    }
    row(table, "longest", field(with, "longest"), field(without, "longest"));
    to.write(table.markdown());
    to.write(
        "\nThe longest is a thread that waited for a core: all threads are always ready to run, so"
            + " one that is preempted twice waits for seconds. The storms above separate that time"
            + " from a read's own.\n");
  }

  private static void row(Table table, String name, Sample with, Sample without) {
    Sample.Interval difference = with.minus(without).medianInterval();
    String verdict =
        difference.holdsZero() ? "none seen" : difference.value() > 0 ? "slower" : "quicker";
    table.row(
        List.of(
            name,
            nanos(without.median()),
            nanos(with.median()),
            String.format(
                "%s (%s to %s)",
                nanos(difference.value()), nanos(difference.low()), nanos(difference.high())),
            verdict));
  }

  private static Sample quantile(JsonNode rounds, int index) {
    return Sample.of(rounds, round -> round.path("quantiles").path(index).asDouble());
  }

  private static Sample field(JsonNode rounds, String name) {
    return Sample.of(rounds, round -> round.path(name).asDouble());
  }

  private static double sum(JsonNode rounds, String name) {
    return field(rounds, name).sum();
  }

  private static String trimmed(double quantile) {
    return quantile == Math.rint(quantile)
        ? String.format(Locale.ROOT, "%.0f", quantile)
        : Double.toString(quantile);
  }

  private static String nanos(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }
}
