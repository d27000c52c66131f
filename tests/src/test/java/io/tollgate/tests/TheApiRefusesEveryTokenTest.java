package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * An overloaded API answers 401 to everything for a while: fresh tokens would not help, so none are
 * minted.
 */
class TheApiRefusesEveryTokenTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void noMintLoopAndRecoveryAfterIt() {
    Outcome outcome = loadThatIsRefused(Contender.TOLLGATE);
    atMostTwoTokens(outcome);
    Counts counts = outcome.counts();
    assertEquals(0, counts.avoidable(), "avoidable 401s");
    assertEquals(0, counts.unauthenticated(), "requests without a token");
    assertEquals(
        counts.unauthorized(),
        outcome.results().failed().size(),
        () -> "failed beyond the 401s: " + outcome.results().failures());
  }

  @Test
  void controlAFreshTokenForEach401IsAMintLoop() {
    Outcome outcome = loadThatIsRefused(Contender.FORUM);
    Control.fails("tokens minted", () -> atMostTwoTokens(outcome));
  }

  private static void atMostTwoTokens(Outcome outcome) {
    Counts counts = outcome.counts();
    assertEquals(0, outcome.run().exitCode(), "exit code");
    assertTrue(counts.unauthorized() > 1, "no more than one 401: " + counts);
    assertTrue(counts.minted() <= 2, "tokens minted, the first one included: " + counts.minted());
  }

  private static Outcome loadThatIsRefused(Contender contender) {
    String name = "refused-" + contender.key();
    try (AuthServer server =
            AuthServer.start(name, "--lifetime", "10m", "--latency-before", "100ms");
        JMeterRun run =
            JMeterRun.of(name, "load.jmx")
                .recordsReadTimes()
                .against(server)
                .scripts(contender.before(), contender.after())
                .set("threads", 200)
                .set("loops", -1)
                // It is ended below, also where that takes longer than the plan would last.
                .set("duration", 300)
                .set("pause.min", 100)
                .set("pause.max", 200)
                .start()) {
      run.awaitStart();
      server.await("the load to run", LIMIT, counts -> counts.apiOk() >= 500);
      server.set(Map.of("api_fault", "status:401", "api_fault_for", "5s"));
      server.await("the first 401", LIMIT, counts -> counts.unauthorized() > 0);
      long sofar = server.counts().apiOk();
      server.await("the load to recover", LIMIT, counts -> counts.apiOk() >= sofar + 1000);
      run.shutdown();
      return new Outcome(contender, server.counts(), run.finish(LIMIT));
    }
  }
}
