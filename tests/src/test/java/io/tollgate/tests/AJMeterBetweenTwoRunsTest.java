package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * An injector has ended its test and waits for the next. With its tokens run out, nothing of
 * Tollgate wakes: the start of the next run is told and need not be looked for.
 */
@EnabledOnOs(OS.LINUX) // whose count it is
class AJMeterBetweenTwoRunsTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int WINDOW_SECONDS = 4;

  /** In the first the last token may still run out and threads that look up names may end. */
  private static final int WINDOWS = 6;

  @Test
  void wakesForNothing() {
    try (AuthServer server = AuthServer.start("between-runs", "--lifetime", "2s")) {
      JMeterRun.Builder load =
          JMeterRun.of("between-runs", "load.jmx")
              .against(server)
              .tollgate()
              .set("threads", 2)
              .set("loops", 20);
      try (RemoteEngine injector = load.remotely()) {
        FinishedRun run = load.run(LIMIT);
        assertEquals(0, run.results().samples().stream().filter(s -> !s.success()).count());
        WakeUps ofTheRun = WakeUps.of(injector.pid());
        assertTrue(ofTheRun.threads() >= 3, "two that work and one of Java's");
        assertTrue(ofTheRun.all() > 0, "they worked");
        long fewest = Long.MAX_VALUE;
        for (int i = 0; i < WINDOWS && fewest > 0; i++) {
          fewest = Math.min(fewest, WakeUps.within(injector.pid(), WINDOW_SECONDS));
        }
        assertEquals(0, fewest, "wake-ups in " + WINDOW_SECONDS + " s");
      }
    }
  }
}
