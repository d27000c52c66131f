package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The token server is dead when the load starts: how often it is asked does not depend on how many
 * wait for it.
 */
class ADeadTokenServerTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int FEW = 10;
  private static final int MANY = 500;

  @ParameterizedTest
  @ValueSource(strings = {"status:503", "reset"})
  void itIsAskedAsOftenForFiveHundredThreadsAsForTen(String fault) {
    Outcome few = loadWithoutTokens(Contender.TOLLGATE, fault, FEW);
    Outcome many = loadWithoutTokens(Contender.TOLLGATE, fault, MANY);
    askedAsOften(few.counts(), many.counts());
    for (Outcome outcome : new Outcome[] {few, many}) {
      nothingWasSentWithoutAToken(outcome);
      everySampleFailedAndNamesTheProfile(outcome);
    }
  }

  @Test
  void controlThreadsThatFetchForThemselvesAskMoreTheMoreTheyAre() {
    Outcome few = loadWithoutTokens(Contender.RECIPE, "status:503", FEW);
    Outcome many = loadWithoutTokens(Contender.RECIPE, "status:503", MANY);
    Control.fails("token requests", () -> askedAsOften(few.counts(), many.counts()));
    Control.fails("without a token", () -> nothingWasSentWithoutAToken(few));
  }

  /**
   * The waits between attempts are random, between nothing and a second here, so two runs cannot be
   * alike to the request; but fifty times the threads would show.
   */
  private static void askedAsOften(Counts few, Counts many) {
    long allowed = 2 * few.tokenRequests() + 10;
    assertTrue(few.tokenRequests() > 1, "tried once only: " + few);
    assertTrue(
        many.tokenRequests() > 1 && many.tokenRequests() <= allowed,
        "token requests: " + few.tokenRequests() + ", then " + many.tokenRequests());
  }

  private static void nothingWasSentWithoutAToken(Outcome outcome) {
    assertEquals(0, outcome.counts().unauthenticated(), "API requests without a token");
    assertEquals(0, outcome.counts().apiRequests(), "API requests");
  }

  private static void everySampleFailedAndNamesTheProfile(Outcome outcome) {
    assertEquals(0, outcome.run().exitCode(), "exit code");
    assertTrue(outcome.results().count() > 0, "no samples");
    for (Sample sample : outcome.results().samples()) {
      assertTrue(!sample.success(), "succeeded without a token: " + sample);
      assertTrue(sample.message().contains("demo"), "names no profile: " + sample);
      assertTrue(
          sample.message().contains("UNREACHABLE") || sample.message().contains("DEADLINE"),
          "message: " + sample);
    }
  }

  private static Outcome loadWithoutTokens(Contender contender, String fault, int threads) {
    String name = "dead-" + fault.replace(':', '-') + "-" + contender.key() + "-" + threads;
    try (AuthServer server =
        AuthServer.start(name, "--token-fault", fault, "--retry-after", "absent")) {
      FinishedRun run =
          JMeterRun.of(name, "load.jmx")
              .against(server)
              .profile("demo", "token_timeout", "2s")
              .profile("demo", "backoff_cap", "1s")
              .scripts(contender.before(), contender.after())
              .set("threads", threads)
              .set("loops", -1)
              .set("duration", 6)
              .set("pause.min", 100)
              .set("pause.max", 200)
              .run(LIMIT);
      return new Outcome(contender, server.counts(), run);
    }
  }
}
