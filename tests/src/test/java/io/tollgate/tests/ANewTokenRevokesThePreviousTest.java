package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The demo in small: each new token revokes the one in the threads' hands, several times over. */
class ANewTokenRevokesThePreviousTest {
  private static final Duration LIFETIME = Duration.ofSeconds(6);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int THREADS = 100;

  @Test
  void noSampleFailsButThoseThatNobodyCouldHaveSaved() {
    Outcome outcome = loadOverSeveralTokens(Contender.TOLLGATE);
    everyPromiseIsKept(outcome);
  }

  @Test
  void controlTheForumsAnswerSendsOldTokens() {
    Outcome outcome = loadOverSeveralTokens(Contender.FORUM);
    Control.fails("avoidable 401s", () -> everyPromiseIsKept(outcome));
  }

  private static void everyPromiseIsKept(Outcome outcome) {
    assertEquals(List.of(), outcome.brokenPromises(LIFETIME, outcome.run().took()));
  }

  private static Outcome loadOverSeveralTokens(Contender contender) {
    String name = "revokes-" + contender.key();
    try (AuthServer server =
            AuthServer.start(
                name,
                "--lifetime",
                LIFETIME.toSeconds() + "s",
                "--latency-after",
                "300ms",
                "--revoke-previous",
                "--rate-limit",
                "20/60s",
                "--suspend-for",
                "15s");
        JMeterRun run =
            JMeterRun.of(name, "load.jmx")
                .recordsReadTimes()
                .against(server)
                .scripts(contender.before(), contender.after())
                .set("threads", THREADS)
                .set("loops", -1)
                // Between reading a token and sending it. The server excuses 250 ms of it.
                .set("pause.min", 400)
                .set("pause.max", 800)
                .start()) {
      run.awaitStart();
      server.await("the load to run", LIMIT, counts -> counts.apiOk() >= 2 * THREADS);
      long first = server.counts().minted();
      server.await("two more tokens", LIMIT, counts -> counts.minted() >= first + 2);
      long sofar = server.counts().apiOk();
      server.await("the load to go on", LIMIT, counts -> counts.apiOk() >= sofar + 2 * THREADS);
      run.shutdown();
      FinishedRun finished = run.finish(LIMIT);
      return new Outcome(contender, server.counts(), finished);
    }
  }
}
