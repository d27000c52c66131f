package io.tollgate.tests.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The runs that followed each other in one JVM, as the script that started them wrote them down.
 */
final class JMeterRuns {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JMeterRuns() {}

  /**
   * One run.
   *
   * @param stopped when its end began; times are wall-clock milliseconds
   * @param after what the JVM held when it had ended
   * @param tokens what Tollgate counted, by profile
   */
  record Run(
      long from, long stopped, long ended, Footprint after, Map<String, TokenCounts> tokens) {}

  /**
   * What the JVM held between two runs, after a garbage collection.
   *
   * @param heap in bytes
   * @param resident in bytes
   * @param threads of the JVM and of native code
   */
  record Footprint(long heap, long resident, long threads) {}

  static List<Run> read(Path file) throws IOException {
    List<Run> runs = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      runs.add(run(JSON.readTree(line)));
    }
    return runs;
  }

  private static Run run(JsonNode line) {
    Map<String, TokenCounts> tokens = new LinkedHashMap<>();
    line.path("counts")
        .fields()
        .forEachRemaining(profile -> tokens.put(profile.getKey(), counts(profile.getValue())));
    return new Run(
        line.path("from").asLong(),
        line.path("stopped").asLong(),
        line.path("ended").asLong(),
        new Footprint(
            line.path("heap").asLong(),
            line.path("resident").asLong(),
            line.path("threads").asLong()),
        tokens);
  }

  private static TokenCounts counts(JsonNode status) {
    long minted = 0;
    for (JsonNode ofReason : status.path("mints")) {
      minted += ofReason.asLong();
    }
    return new TokenCounts(
        status.path("token_requests").asLong(),
        minted,
        status.path("failed").asLong() + status.path("throttled").asLong(),
        status.path("waiters").asLong());
  }
}
