package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each example does what its page says, typed as the page shows it. */
class TheCommandsOfTheExamplesTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /**
   * Twice the shortest life of a token in an example, and less than half of the longest: where each
   * token revokes the one before, a refresh costs samples.
   */
  private static final int SECONDS = 8;

  /** A quiet machine makes some hundred samples of it; a busy one has to make so many. */
  private static final int SAMPLES = 5;

  /** Runs against a real service only; its plan's parts are tested by the SDK's own types. */
  private static final Set<String> NEEDS_A_SERVICE = Set.of("genesys-sdk");

  /** Need Maven and Taurus: {@code make test-integrations} runs them. */
  private static final Set<String> RUN_BY_OTHERS = Set.of("maven", "taurus");

  /** Played by tests of their own, a class each. */
  private static final Set<String> STORIES = Set.of("failures");

  @ParameterizedTest
  @MethodSource("examples")
  void doesWhatItsPageSays(String example) {
    Path page = Layout.examples().resolve(example).resolve("README.md");
    try (ShownCommands shown = ShownCommands.run(page, SECONDS, LIMIT)) {
      Counts counts = shown.counts();
      Results results = shown.results();
      assertTrue(results.count() >= SAMPLES, () -> results.count() + " samples: " + shown.output());
      long served = counts.apiOk() + counts.webSocketsOpened();
      assertTrue(served >= SAMPLES, () -> "the API saw too little: " + counts);
      assertEquals(0, counts.webSocketsUnauthorized(), () -> "refused upgrades: " + counts);
      assertEquals(0, counts.unauthenticated(), () -> "sent without a token: " + counts);
      assertEquals(0, counts.avoidable(), () -> "avoidable 401s: " + counts);
      assertEquals(
          List.of(),
          results.failed().stream().filter(sample -> !sample.code().equals("429")).toList(),
          "failed samples");
      doesWhatOnlyItPromises(example, shown);
    }
  }

  static List<String> examples() throws IOException {
    try (Stream<Path> all = Files.list(Layout.examples())) {
      return all.filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .filter(name -> !NEEDS_A_SERVICE.contains(name) && !STORIES.contains(name))
          .filter(name -> !RUN_BY_OTHERS.contains(name))
          .sorted()
          .toList();
    }
  }

  /** What the page of one example promises beyond that. */
  private static void doesWhatOnlyItPromises(String example, ShownCommands shown) {
    Counts counts = shown.counts();
    switch (example) {
      case "users" ->
          assertEquals(
              4, counts.passwordRequests(), () -> "each user of the file signs in once: " + counts);
      case "elements" -> {
        String tokens = shown.file("tokens.jsonl");
        long written = tokens.lines().filter(line -> line.contains("\"kind\":\"sent\"")).count();
        assertEquals(counts.tokenRequests(), written, () -> "the Monitor wrote: " + tokens);
      }
      default -> {}
    }
  }

  @Test
  void thereIsSomethingToRun() throws IOException {
    Set<String> found = new TreeSet<>(examples());
    assertTrue(
        found.containsAll(Set.of("ci", "elements", "http", "users", "websocket")),
        () -> "examples: " + found);
  }
}
