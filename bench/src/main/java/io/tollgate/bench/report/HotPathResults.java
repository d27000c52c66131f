package io.tollgate.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The raw results of the hot path: number of threads, then method, to reading.
 *
 * <p>The time of a read is a core's: with all reads a second of all threads together, a read takes
 * {@code min(threads, cores) / reads} of one core. So it compares across numbers of threads, and
 * falls only to what threads do to each other.
 */
final class HotPathResults {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double NANOS = 1e9;

  /** By JMH, which tells nothing of more threads than cores. */
  private final Map<Integer, Map<String, Reading>> readings = new TreeMap<>();

  /** Of all threads within one window. */
  private final Map<Integer, Map<String, Reading>> crowds = new TreeMap<>();

  private HotPathResults() {}

  /** Of all files that are there; empty if there are none, or nobody knows how many cores. */
  static HotPathResults read(Path raw) throws IOException {
    HotPathResults results = new HotPathResults();
    Machine machine = Machine.read(raw);
    if (machine == null || !Files.isDirectory(raw)) {
      return results;
    }
    try (var files = Files.newDirectoryStream(raw, "hot-path-*.json")) {
      for (Path file : files) {
        for (JsonNode run : JSON.readTree(file.toFile())) {
          add(results.readings, run, machine.cores());
        }
      }
    }
    Path crowds = raw.resolve("many-threads.json");
    if (Files.exists(crowds)) {
      for (JsonNode run : JSON.readTree(crowds.toFile())) {
        add(results.crowds, run, machine.cores());
      }
    }
    return results;
  }

  private static void add(Map<Integer, Map<String, Reading>> readings, JsonNode run, int cores) {
    int threads = run.path("threads").asInt();
    double busy = Math.min(threads, cores);
    double[] nanos = new double[0];
    for (JsonNode fork : run.path("primaryMetric").path("rawData")) {
      for (JsonNode iteration : fork) {
        nanos = Arrays.copyOf(nanos, nanos.length + 1);
        nanos[nanos.length - 1] = busy * NANOS / iteration.asDouble();
      }
    }
    Arrays.sort(nanos);
    double bytes =
        run.path("secondaryMetrics").path("gc.alloc.rate.norm").path("score").asDouble(Double.NaN);
    double median = (nanos[nanos.length / 2] + nanos[(nanos.length - 1) / 2]) / 2;
    readings
        .computeIfAbsent(threads, count -> new TreeMap<>())
        .put(key(run), new Reading(median, nanos[0], nanos[nanos.length - 1], bytes));
  }

  private static String key(JsonNode run) {
    String name = run.path("benchmark").asText();
    String method = name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1);
    JsonNode peer = run.path("params").path("peer");
    return peer.isMissingNode() ? method : method + ":" + peer.asText();
  }

  boolean isEmpty() {
    return readings.isEmpty() && crowds.isEmpty();
  }

  /**
   * What so many threads read together, over what 2 do, both measured by the same window; empty if
   * not run.
   */
  Optional<Double> against2(ReadMethod method, int threads) {
    return together(method, 2)
        .flatMap(two -> together(method, threads).map(many -> many.throughputOver(two)));
  }

  /** By JMH; empty if not run. */
  Optional<Reading> of(ReadMethod method, int threads) {
    return Optional.ofNullable(readings.getOrDefault(threads, Map.of()).get(method.key()));
  }

  /** Of all threads within one window; empty if not run. */
  Optional<Reading> together(ReadMethod method, int threads) {
    return Optional.ofNullable(crowds.getOrDefault(threads, Map.of()).get(method.key()));
  }
}
