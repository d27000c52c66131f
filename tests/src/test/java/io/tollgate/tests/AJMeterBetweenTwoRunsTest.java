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
  private static final int WINDOWS = 8;

  @Test
  void wakesForNothing() {
    try (AuthServer server = AuthServer.start("between-runs", "--lifetime", "8s")) {
      JMeterRun.Builder load =
          JMeterRun.of("between-runs", "load.jmx")
              .against(server)
              .tollgate()
              .set("threads", 2)
              .set("loops", 20);
      try (RemoteEngine injector = load.remotely()) {
        FinishedRun run = load.run(LIMIT);
        // A machine that stands still between the read of a token and its use lets it run out.
        assertEquals(server.counts().unauthorized(), run.results().failed().size(), "failed");
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
