package io.tollgate.bench.waves;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollgate.tests.Table;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What {@link ColdStart} measured. */
public final class ColdStartSection extends RawSection {
  public ColdStartSection() {
    super("Cold start: many threads and no token", "herd");
  }

  @Override
  protected void tell(Writer to, JsonNode raw) throws IOException {
    to.write(
        String.format(
            Locale.ROOT,
            "%,d threads start at once; the token endpoint takes %d ms. Milliseconds until the last"
                + " thread, and the median thread, has a token: the median of %d repetitions,"
                + " minimum and maximum. The control waits for a bare timer of %d ms: the time this"
                + " machine needs to suspend and wake so many threads. `make bench-herd`.\n\n",
            raw.path("threads").asInt(),
            raw.path("latency_millis").asInt(),
            raw.path("repetitions").asInt(),
            raw.path("latency_millis").asInt()));
    List<Contender> contenders = new ArrayList<>();
    raw.path("peers")
        .fields()
        .forEachRemaining(field -> contenders.add(Contender.of(field.getKey(), field.getValue())));
    contenders.sort(Comparator.comparingDouble(contender -> contender.last.median()));
    Table table = new Table(List.of("", "last thread", "median thread", "token requests"));
    for (Contender one : contenders) {
      table.row(List.of(one.name, one.last.spread(), one.middle.spread(), one.asked()));
    }
    to.write(table.markdown());
    judge(to, contenders);
  }

  private static void judge(Writer to, List<Contender> contenders) throws IOException {
    Contender tollgate = Contender.find(contenders, "tollgate");
    Contender best =
        contenders.stream()
            .filter(one -> !one.key.equals("tollgate") && !one.key.equals("control"))
            .findFirst()
            .orElse(null);
    if (tollgate == null || best == null) {
      return;
    }
    Goals goals = new Goals(to);
    goals.add(
        "Tollgate's last thread is no later than that of the best peer (" + best.name + ")",
        String.format(
            Locale.ROOT, "%.1f against %.1f ms", tollgate.last.median(), best.last.median()),
        tollgate.last.median() <= best.last.median());
    goals.add("one token request", tollgate.asked(), tollgate.requests.max() == 1);
    goals.write();
  }

  private record Contender(String key, String name, Sample last, Sample middle, Sample requests) {
    static Contender of(String key, JsonNode raw) {
      return new Contender(
          key,
          raw.path("name").asText(),
          Sample.of(raw.path("last_millis")),
          Sample.of(raw.path("median_millis")),
          Sample.of(raw.path("requests")));
    }

    static Contender find(List<Contender> among, String key) {
      return among.stream().filter(one -> one.key.equals(key)).findFirst().orElse(null);
    }

    String asked() {
      return requests.min() == requests.max()
          ? String.format(Locale.ROOT, "%,.0f", requests.max())
          : String.format(Locale.ROOT, "%,.0f–%,.0f", requests.min(), requests.max());
    }
  }
}
