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

  /** Longer than the shortest life of a token in an example. */
  private static final int SECONDS = 6;

  /** Runs against a real service only; its plan's parts are tested by the SDK's own types. */
  private static final Set<String> NEEDS_A_SERVICE = Set.of("genesys-sdk");

  /** Played by tests of their own, a class each. */
  private static final Set<String> STORIES = Set.of("failures");

  @ParameterizedTest
  @MethodSource("examples")
  void doesWhatItsPageSays(String example) {
    Path page = Layout.examples().resolve(example).resolve("README.md");
    try (ShownCommands shown = ShownCommands.run(page, SECONDS, LIMIT)) {
      Counts counts = shown.counts();
      Results results = shown.results();
      assertTrue(results.count() >= 20, () -> results.count() + " samples: " + shown.output());
      long served = counts.apiOk() + counts.webSocketsOpened();
      assertTrue(served >= 20, () -> "the API saw too little: " + counts);
      assertEquals(0, counts.webSocketsUnauthorized(), () -> "refused upgrades: " + counts);
      assertEquals(0, counts.unauthenticated(), () -> "sent without a token: " + counts);
      assertEquals(0, counts.avoidable(), () -> "avoidable 401s: " + counts);
      assertEquals(
          List.of(),
          results.failed().stream().filter(sample -> !sample.code().equals("429")).toList(),
          "failed samples");
    }
  }

  static List<String> examples() throws IOException {
    try (Stream<Path> all = Files.list(Layout.examples())) {
      return all.filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .filter(name -> !NEEDS_A_SERVICE.contains(name) && !STORIES.contains(name))
          .sorted()
          .toList();
    }
  }

  @Test
  void everyUserOfTheFileSignsInOnce() {
    Path page = Layout.examples().resolve("users/README.md");
    try (ShownCommands shown = ShownCommands.run(page, SECONDS, LIMIT)) {
      assertEquals(4, shown.counts().passwordRequests(), () -> "logins: " + shown.counts());
    }
  }

  @Test
  void theMonitorWritesEachTokenRequestDown() {
    Path page = Layout.examples().resolve("elements/README.md");
    try (ShownCommands shown = ShownCommands.run(page, SECONDS, LIMIT)) {
      long written =
          shown
              .file("tokens.jsonl")
              .lines()
              .filter(line -> line.contains("\"kind\":\"sent\""))
              .count();
      assertEquals(shown.counts().tokenRequests(), written, () -> shown.file("tokens.jsonl"));
    }
  }

  @Test
  void thereIsSomethingToRun() throws IOException {
    Set<String> found = new TreeSet<>(examples());
    assertTrue(
        found.containsAll(Set.of("ci", "http", "users", "websocket")), () -> "examples: " + found);
  }
}
