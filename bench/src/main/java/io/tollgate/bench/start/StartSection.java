package io.tollgate.bench.start;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollgate.bench.waves.Goals;
import io.tollgate.bench.waves.RawSection;
import io.tollgate.bench.waves.Sample;
import io.tollgate.tests.Table;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;

/** What {@link StartCost} measured. */
public final class StartSection extends RawSection {
  /** The longest that JMeter may wait for the engine's start. */
  private static final double GOAL_MILLIS = 30;

  private static final double MEBIBYTE = 1024 * 1024;

  /** From {@code start.json}. */
  public StartSection() {
    super("Size and start", "start");
  }

  @Override
  protected void tell(Writer to, JsonNode raw) throws IOException {
    sizes(to, raw);
    to.write(
        String.format(
            Locale.ROOT,
            "%nA plan of one sample, %d times in a new JMeter, measured inside: milliseconds,"
                + " median and maximum. All of it happens once in a JVM: in parallel with JMeter's"
                + " own start if properties or the plan define a profile, else when the plan first"
                + " needs a token. The last two lines are whole runs of JMeter, from the start of"
                + " its JVM to its end. `make bench-start`.%n%n",
            raw.path("engine_millis").size()));
    Table table = new Table(List.of("", "median", "maximum"));
    row(table, raw, "unpack and load the native library", "library_millis");
    row(table, raw, "start its threads, read the JVM's proxies and certificates", "network_millis");
    row(table, raw, "both and the rest, on a separate thread", "engine_millis");
    row(table, raw, "wait of the first thread that needs the engine", "waited_millis");
    row(table, raw, "the first authorization, with that wait and the token", "first_millis");
    row(table, raw, "*JMeter with Tollgate Authorization in the plan*", "with_millis");
    row(table, raw, "*JMeter without the jar*", "without_millis");
    to.write(table.markdown());
    Goals goals = new Goals(to);
    double start = Sample.of(raw.path("waited_millis")).median();
    goals.add(
        "JMeter waits less than 30 ms for the engine's start",
        String.format(Locale.ROOT, "%.0f ms", start),
        start < GOAL_MILLIS);
    goals.write();
    to.write(
        "\n"
            + "While no credential has a token, no thread of the engine wakes. It has two worker"
            + " threads, all named `tollgate`, and a test counts them and their wake-ups"
            + " (`ReadingTest`).\n");
  }

  private static void sizes(Writer to, JsonNode raw) throws IOException {
    double jar = raw.path("jar_bytes").asDouble();
    to.write(
        String.format(
            Locale.ROOT,
            "The jar has %.1f MiB for one platform, and %.1f MiB without the server that it"
                + " contains. The native library has %.1f MiB, compressed %.1f MiB.%n",
            jar / MEBIBYTE,
            (jar - raw.path("server_packed_bytes").asDouble()) / MEBIBYTE,
            raw.path("library_bytes").asDouble() / MEBIBYTE,
            raw.path("library_packed_bytes").asDouble() / MEBIBYTE));
  }

  private static void row(Table table, JsonNode raw, String name, String field) {
    Sample measured = Sample.of(raw.path(field));
    table.row(List.of(name, whole(measured.median()), whole(measured.max())));
  }

  private static String whole(double millis) {
    return String.format(Locale.ROOT, "%,.0f", millis);
  }
}
