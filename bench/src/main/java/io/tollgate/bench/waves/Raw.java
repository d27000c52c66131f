package io.tollgate.bench.waves;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.tests.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The files of raw results. */
public final class Raw {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Raw() {}

  /** An empty object. */
  public static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** Reads a file of raw results; {@code null} if there is none. */
  public static JsonNode read(Path directory, String name) throws IOException {
    Path file = directory.resolve(name + ".json");
    return Files.exists(file) ? JSON.readTree(file.toFile()) : null;
  }

  /** Writes {@code build/bench/<name>.json} atomically: an aborted run leaves the old file. */
  public static void write(String name, ObjectNode raw) throws IOException {
    Path directory = Files.createDirectories(Layout.build().resolve("bench"));
    Path part = directory.resolve(name + ".json.part");
    JSON.writerWithDefaultPrettyPrinter().writeValue(part.toFile(), raw);
    Files.move(
        part,
        directory.resolve(name + ".json"),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
    System.out.println("wrote " + directory.resolve(name + ".json"));
  }
}
