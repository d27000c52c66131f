package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * JMeter inside another program, run twice: a token that is still valid serves the second run too.
 */
class TwoRunsInOneJvmTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void theSecondRunNeedsNoTokenOfItsOwn() {
    Outcome outcome = twoRuns(Contender.TOLLGATE);
    oneTokenServedBothRuns(outcome);
    assertEquals(0, outcome.counts().unauthenticated(), "requests without a token");
    assertEquals(2, outcome.run().summaries("demo").size(), "summary lines, one for each run");
  }

  @Test
  void controlThreadsThatFetchForThemselvesFetchAgain() {
    Outcome outcome = twoRuns(Contender.RECIPE);
    Control.fails("token requests", () -> oneTokenServedBothRuns(outcome));
  }

  private static void oneTokenServedBothRuns(Outcome outcome) {
    assertEquals(0, outcome.run().exitCode(), "exit code");
    assertEquals(
        0, outcome.results().failed().size(), () -> "failed: " + outcome.results().failures());
    assertEquals(40, outcome.results().count(), "samples of both runs");
    assertEquals(1, outcome.counts().tokenRequests(), "token requests");
  }

  private static Outcome twoRuns(Contender contender) {
    String name = "two-runs-" + contender.key();
    try (AuthServer server = AuthServer.start(name, "--lifetime", "10m")) {
      FinishedRun run =
          JMeterRun.of(name, "load.jmx")
              .against(server)
              .scripts(contender.before(), contender.after())
              .embedded(2)
              .set("threads", 10)
              .set("loops", 2)
              .run(LIMIT);
      return new Outcome(contender, server.counts(), run);
    }
  }
}
