package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The server drops a token long before its time: many 401s, and one refresh. */
class ATokenDiesEarlyTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void twoHundredThreadsHearOfItAndOneTokenMoreIsMinted() {
    Outcome outcome = loadWhoseTokenDies(Contender.TOLLGATE);
    oneRefreshWasEnough(outcome);
    Counts counts = outcome.counts();
    assertEquals(0, counts.avoidable(), "avoidable 401s");
    assertEquals(0, counts.unauthenticated(), "requests without a token");
    assertEquals(
        counts.unauthorized(),
        outcome.results().failed().size(),
        () -> "failed beyond the 401s: " + outcome.results().failures());
  }

  @Test
  void controlThreadsThatClearTheCacheOnAnyOldNewsMintAgainAndAgain() {
    Contender forgetful =
        new Contender(
            "forgetful", "forgetful", "forgets its token", "forum-before", "forget-after");
    Outcome outcome = loadWhoseTokenDies(forgetful);
    Control.fails("token requests", () -> oneRefreshWasEnough(outcome));
  }

  private static void oneRefreshWasEnough(Outcome outcome) {
    Counts counts = outcome.counts();
    assertEquals(0, outcome.run().exitCode(), "exit code");
    assertTrue(counts.unauthorized() > 1, "no more than one 401: " + counts);
    assertEquals(2, counts.tokenRequests(), "token requests");
  }

  private static Outcome loadWhoseTokenDies(Contender contender) {
    String name = "dies-early-" + contender.key();
    // The API's latency leaves the other threads time to meet the dead token too: without it, the
    // first 401 is reported before a second request is sent.
    try (AuthServer server =
            AuthServer.start(
                name, "--lifetime", "10m", "--latency-before", "300ms", "--api-latency", "100ms");
        JMeterRun run =
            JMeterRun.of(name, "load.jmx")
                .recordsReadTimes()
                .against(server)
                .scripts(contender.before(), contender.after())
                .set("threads", 200)
                .set("loops", -1)
                .set("pause.min", 50)
                .set("pause.max", 150)
                .start()) {
      run.awaitStart();
      server.await("the load to run", LIMIT, counts -> counts.apiOk() >= 1000);
      server.revoke();
      server.await("a second token", LIMIT, counts -> counts.minted() >= 2);
      long sofar = server.counts().apiOk();
      server.await(
          "the load to recover, or a third token",
          LIMIT,
          counts -> counts.apiOk() >= sofar + 2000 || counts.minted() > 2);
      run.shutdown();
      // Not counted before its end: a slow thread may still send the dead token.
      FinishedRun finished = run.finish(LIMIT);
      return new Outcome(contender, server.counts(), finished);
    }
  }
}
