package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The Java Request and the function read the same token as the scripts: one for all of them. */
class OtherWaysToATokenTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void theJavaRequestTakesAsLongAsTheWaitAndTheFunctionFillsAHeader() {
    try (AuthServer server =
        AuthServer.start("other-ways", "--lifetime", "10m", "--latency-before", "500ms")) {
      FinishedRun run =
          JMeterRun.of("other-ways", "other-ways.jmx")
              .against(server)
              .set("threads", 20)
              .set("loops", 3)
              .run(LIMIT);
      assertEquals(0, run.exitCode(), "exit code");
      assertEquals(0, run.results().failed().size(), () -> "failed: " + run.results().failures());
      List<Sample> tokens = labelled(run, "token");
      assertEquals(60, tokens.size(), "Java Requests");
      long waited =
          tokens.stream().filter(sample -> sample.message().startsWith("fetched")).count();
      assertTrue(waited >= 1, () -> "nobody says that the token was fetched: " + tokens);
      long longest = tokens.stream().mapToLong(Sample::elapsed).max().orElse(0);
      assertTrue(longest >= 400, "the wait is not in the sample time: " + longest + " ms");
      assertTrue(
          tokens.stream().anyMatch(sample -> sample.message().startsWith("cached")),
          () -> "nobody says that the token came from the cache: " + tokens);
      assertEquals(60, labelled(run, "function").size(), "requests with the function's header");
      assertEquals(60, server.counts().apiOk(), "API requests that the server granted");
      assertEquals(1, server.counts().tokenRequests(), "token requests");
    }
  }

  private static List<Sample> labelled(FinishedRun run, String label) {
    return run.results().samples().stream().filter(s -> s.label().equals(label)).toList();
  }
}
