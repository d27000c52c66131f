package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The token endpoint hangs, every thread waits for it, and then somebody wants the test to end. */
class StoppingDuringAWaitTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration END = Duration.ofSeconds(3);
  private static final int THREADS = 50;
  private static final int SCHEDULED_SECONDS = 4;

  @Test
  void stopTestNowEndsIt() {
    endsCleanly("stop-now", Contender.TOLLGATE, JMeterRun::stopTestNow);
  }

  @Test
  void plainShutdownWhichInterruptsNobodyEndsIt() {
    endsCleanly("shutdown", Contender.TOLLGATE, JMeterRun::shutdown);
  }

  @Test
  void aScheduledEndIsKept() {
    endsOnSchedule("scheduled", Contender.TOLLGATE);
  }

  @Test
  void controlABlockingFetchOutlivesStopTestNow() {
    Control.fails(
        "did not end",
        () -> endsCleanly("stop-now-control", Contender.RECIPE, JMeterRun::stopTestNow));
  }

  @Test
  void controlABlockingFetchOutlivesShutdown() {
    Control.fails(
        "did not end",
        () -> endsCleanly("shutdown-control", Contender.RECIPE, JMeterRun::shutdown));
  }

  @Test
  void controlABlockingFetchOverrunsTheSchedule() {
    Control.fails("did not end", () -> endsOnSchedule("scheduled-control", Contender.RECIPE));
  }

  private static void endsCleanly(String name, Contender contender, Consumer<JMeterRun> end) {
    try (AuthServer server = hangingServer(name);
        JMeterRun run = load(name, contender, server).start()) {
      awaitWaiters(server, run);
      end.accept(run);
      endedByItself(run.finish(END));
    }
  }

  private static void endsOnSchedule(String name, Contender contender) {
    try (AuthServer server = hangingServer(name);
        JMeterRun run = load(name, contender, server).set("duration", SCHEDULED_SECONDS).start()) {
      run.awaitStart();
      endedByItself(run.finish(END.plusSeconds(SCHEDULED_SECONDS)));
    }
  }

  private static void endedByItself(FinishedRun run) {
    assertEquals(0, run.exitCode(), () -> "exit code; console: " + run.console());
    assertFalse(run.console().contains("JVM should have exited"), run::console);
    assertEquals(THREADS, run.results().count(), "samples: each thread leaves one");
    for (Sample sample : run.results().samples()) {
      assertFalse(sample.success(), () -> "succeeded without a token: " + sample);
      assertTrue(sample.message().contains("demo"), () -> "names no profile: " + sample);
    }
  }

  private static void awaitWaiters(AuthServer server, JMeterRun run) {
    run.awaitStart();
    server.await("a token request that hangs", LIMIT, counts -> counts.tokenRequests() > 0);
    Await.until(
        "all threads to run",
        LIMIT,
        () -> run.log().contains("Thread started: Users 1-" + THREADS + "\n"));
  }

  private static AuthServer hangingServer(String name) {
    return AuthServer.start(name, "--token-fault", "hang");
  }

  private static JMeterRun.Builder load(String name, Contender contender, AuthServer server) {
    return JMeterRun.of(name, "load.jmx")
        .against(server)
        .scripts(contender.before(), contender.after())
        .set("threads", THREADS)
        .set("loops", 1);
  }
}
