package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
    Throttled throttled = loadThatIsThrottled(Contender.TOLLGATE, form);
    Outcome outcome = throttled.outcome();
    theWaitWasKept(outcome);
    // One, unless this thread lifts the limit later than it wants to.
    long refused = outcome.counts().throttled();
    assertEquals(refused + 1, outcome.counts().tokenRequests(), "token requests");
    recoversRightAfter(throttled, form);
    assertEquals(
        0, outcome.results().failed().size(), () -> "failed: " + outcome.results().failures());
  }

  @Test
  void controlThreadsThatAskAgainAtOnceGetTheClientSuspended() {
    Outcome outcome = loadThatIsThrottled(Contender.RECIPE, "seconds").outcome();
    Control.fails("inside Retry-After", () -> theWaitWasKept(outcome));
  }

  @Test
  void withoutAWordFromTheServerTheWaitsGrowAndAreShared() {
    Throttled throttled = loadThatIsThrottled(Contender.TOLLGATE, "absent");
    fewRequests(throttled);
    recoversRightAfter(throttled, "absent");
    Outcome outcome = throttled.outcome();
    assertEquals(
        0, outcome.results().failed().size(), () -> "failed: " + outcome.results().failures());
  }

  @Test
  void controlWithoutAWordEveryThreadAsksAgainAtOnce() {
    Throttled throttled = loadThatIsThrottled(Contender.RECIPE, "absent");
    Control.fails("token requests", () -> fewRequests(throttled));
  }

  /**
   * How the load fared.
   *
   * @param times of the token requests, in ms since the epoch
   * @param waited from the last request that was refused to that which was granted, in ms
   * @param cpuWait for how long ready threads waited for a processor meanwhile
   */
  private record Throttled(Outcome outcome, List<Long> times, long waited, Duration cpuWait) {
    static Throttled of(Outcome outcome, JsonNode requests, Duration cpuWait) {
      List<Long> times = new ArrayList<>();
      long refused = 0;
      long granted = 0;
      for (JsonNode request : requests) {
        long at = request.path("at_ms").asLong();
        times.add(at);
        refused = request.path("status").asInt() == 429 ? at : refused;
        granted = request.path("status").asInt() == 200 ? at : granted;
      }
      return new Throttled(outcome, times, granted - refused, cpuWait);
    }
  }

  private static void theWaitWasKept(Outcome outcome) {
    Counts counts = outcome.counts();
    assertEquals(0, outcome.run().exitCode(), "exit code");
    assertTrue(counts.throttled() > 0, "never throttled: " + counts);
    assertEquals(0, counts.insideRetryAfter(), "token requests inside Retry-After");
    assertEquals(0, counts.suspensions(), "suspensions");
    assertEquals(0, counts.unauthenticated(), "requests without a token");
  }

  /**
   * Each wait after a 429 is at least half a second, whatever the number of threads. The time
   * counts from the first request to the last: a JMeter that starts slowly is allowed no more.
   */
  private static void fewRequests(Throttled throttled) {
    List<Long> times = throttled.times();
    long sent = times.size();
    long allowed = 2 + (Collections.max(times) - Collections.min(times)) / 500;
    assertTrue(sent <= allowed, "token requests: " + sent + ", where " + allowed + " would do");
    assertEquals(0, throttled.outcome().counts().unauthenticated(), "requests without a token");
  }

  private static Throttled loadThatIsThrottled(Contender contender, String form) {
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
      CpuWait cpuWait = CpuWait.start();
      run.awaitStart();
      server.await("the first 429", LIMIT, counts -> counts.throttled() > 0);
      if (contender != Contender.TOLLGATE && !form.equals("absent")) {
        // While the limit holds: once it is lifted, a JMeter that stood still meanwhile does no
        // harm.
        server.await("a thread that asks again", LIMIT, counts -> counts.insideRetryAfter() > 0);
      }
      if (form.equals("absent")) {
        long first = System.nanoTime();
        Await.until(
            "the limit to be lifted", LIMIT, () -> System.nanoTime() - first >= WAIT.toNanos());
      }
      server.set(Map.of("rate_limit", "none"));
      FinishedRun finished = run.finish(LIMIT);
      Outcome outcome = new Outcome(contender, server.counts(), finished);
      return Throttled.of(outcome, server.requests(), cpuWait.soFar());
    }
  }

  /** After the last 429: until then the limit was not lifted. */
  private static void recoversRightAfter(Throttled throttled, String form) {
    long waited = throttled.waited();
    // Three seconds for a busy machine, and what was measured of it.
    Duration allowed = longestWait(form).plusSeconds(3).plus(throttled.cpuWait());
    assertTrue(
        waited > 0 && waited <= allowed.toMillis(),
        () -> "recovered after " + waited + " ms: " + throttled.times());
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
        return BACKOFF_CAP.plus(BACKOFF_CAP.dividedBy(10));
    }
  }
}
