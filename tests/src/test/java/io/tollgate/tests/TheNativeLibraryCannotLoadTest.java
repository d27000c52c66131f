package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

  /** Java 24 and newer can be told to; the newest JDK of this machine is asked. */
  @Test
  void aJvmThatForbidsNativeCodeIsToldHowToAllowIt() {
    Map.Entry<Integer, Path> newest = new TreeMap<>(Jdks.found()).lastEntry();
    if (newest.getKey() < 24) {
      System.out.println("no JDK here that forbids native code, the newest is " + newest);
      return;
    }
    String[] check = {
      "check",
      "demo",
      "-Jtollgate.profile.demo.token_url=http://127.0.0.1:1/",
      "-Jtollgate.profile.demo.client_id=id",
      "-Jtollgate.profile.demo.client_secret=secret",
    };
    Program denied = Program.onClassPath(newest.getValue(), "--illegal-native-access=deny", check);
    assertEquals(3, denied.exitCode(), denied.toString());
    for (String told :
        List.of("NATIVE_UNAVAILABLE", "JVM_ARGS=--enable-native-access=ALL-UNNAMED")) {
      assertTrue(denied.out().contains(told), () -> told + " is not in " + denied);
    }
    Program allowed =
        Program.onClassPath(newest.getValue(), "--enable-native-access=ALL-UNNAMED", check);
    assertEquals(1, allowed.exitCode(), allowed.toString());
    assertTrue(allowed.out().contains("UNREACHABLE"), allowed.out());
    assertFalse(allowed.err().contains("WARNING"), allowed.err());
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
