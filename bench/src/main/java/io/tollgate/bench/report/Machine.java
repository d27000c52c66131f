package io.tollgate.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The machine and its load, recorded before the first measurement.
 *
 * @param cores that a JVM sees
 * @param cpu its model
 * @param jdk its version and vendor
 * @param kernel the operating system's
 * @param load runnable tasks in the last minute, before anything was measured; negative: not known
 * @param day when it was, UTC
 */
record Machine(int cores, String cpu, String jdk, String kernel, double load, String day) {
  private static final String FILE = "machine.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Records it.
   *
   * @param args the directory of raw results, and the load; -1 if unknown
   */
  public static void main(String[] args) throws IOException {
    Path raw = Files.createDirectories(Paths.get(args[0]));
    JSON.writeValue(raw.resolve(FILE).toFile(), here(Double.parseDouble(args[1])).fields());
  }

  /** Reads the record; {@code null} if there is none. */
  static Machine read(Path raw) throws IOException {
    Path file = raw.resolve(FILE);
    if (!Files.exists(file)) {
      return null;
    }
    JsonNode told = JSON.readTree(file.toFile());
    return new Machine(
        told.path("cores").asInt(),
        told.path("cpu").asText(),
        told.path("jdk").asText(),
        told.path("kernel").asText(),
        told.path("load").asDouble(),
        told.path("day").asText());
  }

  private static Machine here(double load) {
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        cpuModel(),
        Runtime.version() + ", " + System.getProperty("java.vm.vendor"),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        load,
        LocalDate.now(ZoneOffset.UTC).toString());
  }

  private Map<String, Object> fields() {
    return Map.of(
        "cores", cores, "cpu", cpu, "jdk", jdk, "kernel", kernel, "load", load, "day", day);
  }

  private static String cpuModel() {
    try (Stream<String> lines = Files.lines(Paths.get("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch"); // not Linux
    }
  }
}
