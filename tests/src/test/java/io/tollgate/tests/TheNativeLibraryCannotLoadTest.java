package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Where the native library can't load, no thread dies: every sample fails and says what to do. */
class TheNativeLibraryCannotLoadTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void everySampleFailsWithTheReasonAndNothingIsSent() {
    try (AuthServer server = AuthServer.start("no-native")) {
      FinishedRun run =
          JMeterRun.of("no-native", "load.jmx")
              .against(server)
              .jvm("-Dtollgate.native.path=/nonexistent")
              .tollgate()
              .set("threads", 10)
              .set("loops", 3)
              .run(LIMIT);
      everySampleIsThere(run);
      for (Sample sample : run.results().samples()) {
        assertTrue(!sample.success(), "succeeded without a token: " + sample);
        assertTrue(sample.message().contains("NATIVE_UNAVAILABLE"), "message: " + sample);
        assertTrue(sample.message().contains("/nonexistent"), "message: " + sample);
      }
      assertEquals(0, server.counts().apiRequests(), "API requests without a token");
      assertEquals(0, server.counts().tokenRequests(), "token requests");
    }
  }

  @Test
  void controlAnErrorInAScriptKillsTheThreadAndLeavesNoSample() {
    try (AuthServer server = AuthServer.start("no-native-control")) {
      FinishedRun run =
          JMeterRun.of("no-native-control", "load.jmx")
              .against(server)
              .scripts("links-before", "nothing")
              .set("threads", 10)
              .set("loops", 3)
              .run(LIMIT);
      Control.fails("samples", () -> everySampleIsThere(run));
    }
  }

  private static void everySampleIsThere(FinishedRun run) {
    assertEquals(0, run.exitCode(), "exit code");
    assertEquals(30, run.results().count(), "samples");
  }
}
