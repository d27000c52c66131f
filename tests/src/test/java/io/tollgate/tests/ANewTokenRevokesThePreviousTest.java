package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The demo in small: each new token revokes the one in the threads' hands, several times over. */
class ANewTokenRevokesThePreviousTest {
  private static final Duration LIFETIME = Duration.ofSeconds(6);
  private static final Duration LOAD = Duration.ofSeconds(12);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void noSampleFailsButThoseThatNobodyCouldHaveSaved() {
    Outcome outcome = loadOverSeveralTokens(Contender.TOLLGATE);
    assertTrue(outcome.counts().minted() >= 3, () -> "too few tokens: " + outcome.counts());
    everyPromiseIsKept(outcome);
  }

  @Test
  void controlTheForumsAnswerSendsOldTokens() {
    Outcome outcome = loadOverSeveralTokens(Contender.FORUM);
    Control.fails("avoidable 401s", () -> everyPromiseIsKept(outcome));
  }

  private static void everyPromiseIsKept(Outcome outcome) {
    assertEquals(List.of(), outcome.brokenPromises(LIFETIME, LOAD));
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
                .tellsReadTimes()
                .against(server)
                .scripts(contender.before(), contender.after())
                .set("threads", 100)
                .set("loops", -1)
                .set("duration", LOAD.toSeconds())
                .set("pause.min", 100)
                .set("pause.max", 400)
                .start()) {
      run.awaitStart();
      FinishedRun finished = run.finish(LIMIT);
      return new Outcome(contender, server.counts(), finished);
    }
  }
}
