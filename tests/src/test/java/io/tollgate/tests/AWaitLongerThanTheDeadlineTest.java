package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Throttled for longer than a thread may wait: samples fail, say until when, and do not flood the
 * results.
 */
class AWaitLongerThanTheDeadlineTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int SECONDS = 5;

  @Test
  void fiveHundredLoopingThreadsFailOnceASecondAndSayUntilWhen() {
    Outcome outcome = loadThatIsThrottled(Contender.TOLLGATE, 500);
    noFlood(outcome, 500);
    for (Sample sample : outcome.results().samples()) {
      assertTrue(sample.message().contains("THROTTLED_UNTIL"), "message: " + sample);
      assertTrue(sample.message().contains("demo"), "names no profile: " + sample);
    }
    assertEquals(1, outcome.counts().tokenRequests(), "token requests");
    assertEquals(0, outcome.counts().apiRequests(), "requests without a token");
  }

  @Test
  void controlThreadsThatFailAtOnceFloodTheResults() {
    Outcome outcome = loadThatIsThrottled(Contender.RECIPE, 50);
    Control.fails("failed samples", () -> noFlood(outcome, 50));
  }

  private static void noFlood(Outcome outcome, int threads) {
    assertEquals(0, outcome.run().exitCode(), "exit code");
    long failed = outcome.results().failed().size();
    assertTrue(failed >= threads, "not every thread left a sample: " + failed);
    long allowed = threads * (SECONDS + 1L);
    assertTrue(failed <= allowed, "failed samples: " + failed + ", more than " + allowed);
  }

  private static Outcome loadThatIsThrottled(Contender contender, int threads) {
    String name = "throttled-until-" + contender.key();
    try (AuthServer server = AuthServer.start(name, "--rate-limit", "0/60s")) {
      FinishedRun run =
          JMeterRun.of(name, "load.jmx")
              .against(server)
              .profile("demo", "token_timeout", "2s")
              .scripts(contender.before(), contender.after())
              .set("threads", threads)
              .set("loops", -1)
              .set("duration", SECONDS)
              .run(LIMIT);
      return new Outcome(contender, server.counts(), run);
    }
  }
}
