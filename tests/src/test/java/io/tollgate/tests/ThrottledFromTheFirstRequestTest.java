package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The token endpoint answers 429 to the very first request, when no thread has a token: the wait
 * that it asks for is everybody's wait.
 */
class ThrottledFromTheFirstRequestTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration WAIT = Duration.ofSeconds(3);
  private static final Duration BACKOFF_CAP = Duration.ofSeconds(1);

  @ParameterizedTest
  @ValueSource(strings = {"seconds", "date"})
  void nothingIsSentInsideTheWaitAndAllGoesOnRightAfter(String form) {
    Outcome outcome = loadThatIsThrottled(Contender.TOLLGATE, form);
    theWaitWasKept(outcome);
    assertEquals(2, outcome.counts().tokenRequests(), "token requests");
    assertEquals(
        0, outcome.results().failed().size(), () -> "failed: " + outcome.results().failures());
  }

  @Test
  void controlThreadsThatAskAgainAtOnceGetTheClientSuspended() {
    Outcome outcome = loadThatIsThrottled(Contender.RECIPE, "seconds");
    Control.fails("inside Retry-After", () -> theWaitWasKept(outcome));
  }

  @Test
  void withoutAWordFromTheServerTheWaitsGrowAndAreShared() {
    Outcome outcome = loadThatIsThrottled(Contender.TOLLGATE, "absent");
    fewRequests(outcome);
    assertEquals(
        0, outcome.results().failed().size(), () -> "failed: " + outcome.results().failures());
  }

  @Test
  void controlWithoutAWordEveryThreadAsksAgainAtOnce() {
    Outcome outcome = loadThatIsThrottled(Contender.RECIPE, "absent");
    Control.fails("token requests", () -> fewRequests(outcome));
  }

  private static void theWaitWasKept(Outcome outcome) {
    Counts counts = outcome.counts();
    assertEquals(0, outcome.run().exitCode(), "exit code");
    assertTrue(counts.throttled() > 0, "never throttled: " + counts);
    assertEquals(0, counts.insideRetryAfter(), "token requests inside Retry-After");
    assertEquals(0, counts.suspensions(), "suspensions");
    assertEquals(0, counts.unauthenticated(), "requests without a token");
  }

  /** Each wait after a 429 is at least half a second, whatever the number of threads. */
  private static void fewRequests(Outcome outcome) {
    long sent = outcome.counts().tokenRequests();
    long allowed = 2 + 2 * outcome.run().took().toSeconds();
    assertTrue(sent <= allowed, "token requests: " + sent + ", where " + allowed + " would do");
    assertEquals(0, outcome.counts().unauthenticated(), "requests without a token");
  }

  private static Outcome loadThatIsThrottled(Contender contender, String form) {
    String name = "throttled-" + form + "-" + contender.key();
    try (AuthServer server =
            AuthServer.start(
                name,
                "--lifetime",
                "10m",
                "--rate-limit",
                "0/" + WAIT.toSeconds() + "s",
                "--retry-after",
                form,
                "--suspend-for",
                "10s");
        JMeterRun run =
            JMeterRun.of(name, "load.jmx")
                .against(server)
                .profile("demo", "backoff_cap", BACKOFF_CAP.toSeconds() + "s")
                .scripts(contender.before(), contender.after())
                .set("threads", 100)
                .set("loops", 5)
                // Longer than the server excuses: who asks again after it, ignores the wait.
                .set("pause.min", 300)
                .set("pause.max", 500)
                .start()) {
      run.awaitStart();
      server.await("the first 429", LIMIT, counts -> counts.throttled() > 0);
      if (form.equals("absent")) {
        long first = System.nanoTime();
        Await.until(
            "the limit to be lifted", LIMIT, () -> System.nanoTime() - first >= WAIT.toNanos());
      }
      server.set(Map.of("rate_limit", "none"));
      FinishedRun finished = run.finish(LIMIT);
      if (contender == Contender.TOLLGATE) {
        recoversRightAfter(server.requests(), form);
      }
      return new Outcome(contender, server.counts(), finished);
    }
  }

  private static void recoversRightAfter(JsonNode requests, String form) {
    long first = requests.get(0).path("at_ms").asLong();
    long granted = first;
    for (JsonNode request : requests) {
      if (request.path("status").asInt() == 200) {
        granted = request.path("at_ms").asLong();
      }
    }
    long waited = granted - first;
    long allowed = longestWait(form).plusSeconds(3).toMillis(); // three for a busy machine
    assertTrue(waited > 0 && waited <= allowed, "recovered after " + waited + " ms: " + requests);
  }

  /** What was asked for, and a tenth of it at random; without a word, the longest backoff. */
  private static Duration longestWait(String form) {
    switch (form) {
      case "seconds":
        return WAIT.plus(WAIT.dividedBy(10));
      case "date":
        // Dates have whole seconds: the server rounds up, and the client adds one for rounding.
        Duration told = WAIT.plusSeconds(2);
        return told.plus(told.dividedBy(10));
      default:
        return WAIT.plus(BACKOFF_CAP);
    }
  }
}
