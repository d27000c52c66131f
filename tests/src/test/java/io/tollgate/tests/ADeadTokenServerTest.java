package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
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

  /** Token requests until which a load runs: some twelve seconds of threads that share waits. */
  private static final int ENOUGH = 24;

  /** The same, of threads that each ask for themselves. */
  private static final int ENOUGH_OF_MANY = 200;

  /**
   * Twice as many in a second as the waits between attempts allow on average: they are random,
   * between nothing and a second here.
   */
  private static final int MOST_A_SECOND = 4;

  /** A load, and the seconds from its first token request to its last by the server's clock. */
  private record Played(Outcome outcome, double seconds) {}

  @ParameterizedTest
  @ValueSource(strings = {"status:503", "reset"})
  void itIsAskedAsOftenForFiveHundredThreadsAsForTen(String fault) {
    for (int threads : new int[] {FEW, MANY}) {
      Played played = loadWithoutTokens(Contender.TOLLGATE, fault, threads, ENOUGH);
      askedAsOftenAsOneWould(played);
      nothingWasSentWithoutAToken(played.outcome);
      everySampleFailedAndNamesTheProfile(played.outcome);
    }
  }

  @Test
  void controlThreadsThatFetchForThemselvesAskMoreOften() {
    for (int threads : new int[] {FEW, MANY}) {
      Played played = loadWithoutTokens(Contender.RECIPE, "status:503", threads, ENOUGH_OF_MANY);
      Control.fails("token requests", () -> askedAsOftenAsOneWould(played));
      Control.fails("without a token", () -> nothingWasSentWithoutAToken(played.outcome));
    }
  }

  /**
   * By the time that it took and not by a number: a machine that stands still for seconds makes the
   * requests of one load fewer, but not those of another.
   */
  private static void askedAsOftenAsOneWould(Played played) {
    long requests = played.outcome.counts().tokenRequests();
    assertTrue(
        requests <= MOST_A_SECOND * played.seconds + 10,
        requests + " token requests in " + played.seconds + " s");
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

  private static Played loadWithoutTokens(
      Contender contender, String fault, int threads, int enough) {
    String name = "dead-" + fault.replace(':', '-') + "-" + contender.key() + "-" + threads;
    try (AuthServer server =
            AuthServer.start(name, "--token-fault", fault, "--retry-after", "absent");
        JMeterRun run =
            JMeterRun.of(name, "load.jmx")
                .against(server)
                .flushesResults()
                .profile("demo", "token_timeout", "2s")
                .profile("demo", "backoff_cap", "1s")
                .scripts(contender.before(), contender.after())
                .set("threads", threads)
                .set("loops", -1)
                .set("duration", 300)
                .set("pause.min", 100)
                .set("pause.max", 200)
                .start()) {
      server.await("token requests", LIMIT, counts -> counts.tokenRequests() >= enough);
      Path results = run.directory().resolve("results.jtl");
      Await.until("samples", LIMIT, () -> Results.read(results).count() > 0);
      run.shutdown();
      FinishedRun finished = run.finish(LIMIT);
      JsonNode requests = server.requests();
      long first = requests.path(0).path("at_ms").asLong();
      long last = requests.path(requests.size() - 1).path("at_ms").asLong();
      return new Played(new Outcome(contender, server.counts(), finished), (last - first) / 1000.0);
    }
  }
}
