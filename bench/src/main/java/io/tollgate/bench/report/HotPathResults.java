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
 * <p>The time of a read is that of a core: {@code min(threads, cores) / reads} with all reads a
 * second of all threads. So it is comparable across numbers of threads, and grows only by
 * contention.
 */
final class HotPathResults {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double NANOS = 1e9;

  /** By JMH, up to as many threads as cores. */
  private final Map<Integer, Map<String, Reading>> readings = new TreeMap<>();

  /** By one window of all threads. */
  private final Map<Integer, Map<String, Reading>> windows = new TreeMap<>();

  private HotPathResults() {}

  /** From all files; empty if there are none, or if the number of cores is unknown. */
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
    Path windows = raw.resolve("many-threads.json");
    if (Files.exists(windows)) {
      for (JsonNode run : JSON.readTree(windows.toFile())) {
        add(results.windows, run, machine.cores());
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
    return readings.isEmpty() && windows.isEmpty();
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

  /** By one window of all threads; empty if not run. */
  Optional<Reading> together(ReadMethod method, int threads) {
    return Optional.ofNullable(windows.getOrDefault(threads, Map.of()).get(method.key()));
  }
}
