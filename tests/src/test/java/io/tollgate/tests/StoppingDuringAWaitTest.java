package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * In the middle of a load the token endpoint hangs, every thread waits for it, and the test is to
 * end.
 */
class StoppingDuringAWaitTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** A quiet machine needs one second of it. */
  private static final Duration END = Duration.ofSeconds(10);

  /** What waits for the endpoint waits longer than all that is awaited here. */
  private static final Duration FETCH_GIVES_UP = Duration.ofMinutes(5);

  /** JMeter kills itself when threads outlive a stop by so long: after the judgement. */
  private static final Duration JMETER_GIVES_UP = Duration.ofSeconds(60);

  private static final int THREADS = 50;

  /** On a busy machine the first sample ends seven seconds after the start. */
  private static final int SCHEDULED_SECONDS = 20;

  /**
   * JMeter says that it starts up to a second before its schedule begins, and a sample that has
   * begun may outlast that by a second.
   */
  private static final int AROUND_THE_SCHEDULE_SECONDS = 2;

  @Test
  void stopTestNowEndsIt() {
    endsWhenTold("stop-now", Contender.TOLLGATE, JMeterRun::stopTestNow);
  }

  @Test
  void plainShutdownWhichInterruptsNobodyEndsIt() {
    endsWhenTold("shutdown", Contender.TOLLGATE, JMeterRun::shutdown);
  }

  @Test
  void aScheduledEndIsKept() {
    endsOnSchedule("scheduled", Contender.TOLLGATE);
  }

  @Test
  void controlABlockingFetchOutlivesStopTestNow() {
    Control.fails(
        "did not end",
        () -> endsWhenTold("stop-now-control", Contender.FORUM, JMeterRun::stopTestNow));
  }

  @Test
  void controlABlockingFetchOutlivesShutdown() {
    Control.fails(
        "did not end",
        () -> endsWhenTold("shutdown-control", Contender.FORUM, JMeterRun::shutdown));
  }

  @Test
  void controlABlockingFetchOverrunsTheSchedule() {
    Control.fails("did not end", () -> endsOnSchedule("scheduled-control", Contender.FORUM));
  }

  private static void endsWhenTold(String name, Contender contender, Consumer<JMeterRun> end) {
    try (AuthServer server = server(name);
        JMeterRun run = load(name, contender, server).start()) {
      untilAllWait(server, run);
      end.accept(run);
      endedWell(run.finish(END));
    }
  }

  private static void endsOnSchedule(String name, Contender contender) {
    try (AuthServer server = server(name);
        JMeterRun run = load(name, contender, server).set("duration", SCHEDULED_SECONDS).start()) {
      run.awaitStart();
      long start = System.nanoTime();
      untilAllWait(server, run);
      Duration gone = Duration.ofNanos(System.nanoTime() - start);
      endedWell(
          run.finish(END.plusSeconds(SCHEDULED_SECONDS + AROUND_THE_SCHEDULE_SECONDS).minus(gone)));
    }
  }

  private static void endedWell(FinishedRun run) {
    assertEquals(0, run.exitCode(), () -> "exit code; console: " + run.console());
    assertFalse(run.console().contains("JVM should have exited"), run::console);
    long good = run.results().count() - run.results().failed().size();
    assertTrue(good >= THREADS, "the samples from before the fault were lost: " + good);
  }

  /**
   * Lets the load run, makes the endpoint hang and kills the token; returns when the API hears
   * nothing more.
   */
  private static void untilAllWait(AuthServer server, JMeterRun run) {
    run.awaitStart();
    server.await("the load to run", LIMIT, counts -> counts.apiOk() >= 4 * THREADS);
    server.set(Map.of("token_fault", "hang"));
    server.revoke();
    server.await("a token request that hangs", LIMIT, counts -> counts.faulted() > 0);
    // No thread pauses longer than 100 ms, so half a second of silence means that all of them wait.
    long[] seen = {-1, 0};
    server.await(
        "all threads to wait",
        LIMIT,
        counts -> {
          if (counts.apiRequests() != seen[0]) {
            seen[0] = counts.apiRequests();
            seen[1] = System.nanoTime();
          }
          return System.nanoTime() - seen[1] >= Duration.ofMillis(500).toNanos();
        });
  }

  private static AuthServer server(String name) {
    return AuthServer.start(name, "--lifetime", "10m");
  }

  private static JMeterRun.Builder load(String name, Contender contender, AuthServer server) {
    return JMeterRun.of(name, "load.jmx")
        .against(server)
        .scripts(contender.before(), contender.after())
        .set("threads", THREADS)
        .set("loops", -1)
        // Not the end of the plan but what the test does is to end it.
        .set("duration", 300)
        .set("jmeterengine.threadstop.wait", JMETER_GIVES_UP.toMillis())
        .profile("demo", "token_timeout", FETCH_GIVES_UP.toSeconds() + "s")
        .set("read.timeout", FETCH_GIVES_UP.toMillis())
        .set("pause.min", 50)
        .set("pause.max", 100);
  }
}
