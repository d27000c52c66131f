package io.tollgate.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollgate.tests.Table;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The Rust side alone, from Criterion's results: without the JVM and JNI. */
final class EngineSection implements Section {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public String title() {
    return "The engine alone";
  }

  @Override
  public void write(Writer to, Path rawDir) throws IOException {
    Path criterion = rawDir.resolve("criterion");
    List<Path> measured = estimates(criterion);
    if (measured.isEmpty()) {
      to.write(NOT_RUN);
      return;
    }
    to.write(
        "Calls of the engine in Rust (`rust/engine/benches`), by Criterion: the median and its 95 %"
            + " confidence interval.\n\n");
    Table table = new Table(List.of("call", "ns"));
    for (Path file : measured) {
      JsonNode median = JSON.readTree(file.toFile()).path("median");
      JsonNode interval = median.path("confidence_interval");
      table.row(
          List.of(
              name(file),
              String.format(
                  "%s (%s–%s)",
                  Numbers.short3(median.path("point_estimate").asDouble()),
                  Numbers.short3(interval.path("lower_bound").asDouble()),
                  Numbers.short3(interval.path("upper_bound").asDouble()))));
    }
    to.write(table.markdown());
  }

  private static List<Path> estimates(Path criterion) throws IOException {
    if (!Files.isDirectory(criterion)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(criterion)) {
      return files
          .filter(file -> file.endsWith(Path.of("new", "estimates.json")))
          .sorted()
          .toList();
    }
  }

  /** The full name of the benchmark; its directory's name lacks some characters. */
  private static String name(Path estimates) throws IOException {
    return JSON.readTree(estimates.resolveSibling("benchmark.json").toFile())
        .path("full_id")
        .asText();
  }
}
