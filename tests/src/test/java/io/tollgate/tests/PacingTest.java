package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Threads that would run into an API's limit, paced by its rate headers or not. */
class PacingTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int THREADS = 20;
  private static final int LOOPS = 9;

  private static FinishedRun run(String name, AuthServer server, String pacing) {
    return JMeterRun.of(name, "elements.jmx")
        .against(server)
        .set("threads", THREADS)
        .set("loops", LOOPS)
        .set("timer.pacing", pacing)
        .run(LIMIT);
  }

  private static AuthServer limited(String name) {
    return AuthServer.start(name, "--lifetime", "10m", "--api-rate-limit", "60/6s");
  }

  @Test
  void withPacingNoRequestIsRefusedAndWithoutSomeAre() {
    try (AuthServer server = limited("paced");
        AuthServer control = limited("unpaced")) {
      FinishedRun paced = run("paced", server, "rate_headers");
      assertEquals(0, paced.exitCode(), "exit code");
      assertEquals(THREADS * LOOPS, server.counts().apiOk(), "granted API requests");
      assertEquals(0, server.counts().apiThrottled(), () -> "429s: " + paced.summaries("demo"));
      assertTrue(paced.summaries("demo").get(0).contains("paused"), paced::log);
      FinishedRun unpaced = run("unpaced", control, "off");
      assertEquals(0, unpaced.exitCode(), "exit code");
      assertTrue(control.counts().apiThrottled() > 0, "never throttled: " + control.counts());
    }
  }
}
