package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Elements above the Parallel Controller of BlazeMeter, which runs one element on several threads
 * at once: alone, in a transaction, as a parent sample, and with a limit of threads.
 */
class ParallelControllerTest {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final int GROUPS = 4;
  private static final int THREADS = 10;
  private static final int LOOPS = 30;
  private static final int SIDE_BY_SIDE = 4;
  private static final long SENT = (long) GROUPS * THREADS * LOOPS * SIDE_BY_SIDE;

  @Test
  void everyRequestHasATokenAndEvery401IsAttributed() {
    // The token dies of half of the load, wherever a busy machine is then: a revocation by this
    // thread could come when all has been sent.
    try (AuthServer server =
        AuthServer.start(
            "parallel", "--lifetime", "10m", "--die-after-uses", Long.toString(SENT / 2))) {
      FinishedRun run =
          JMeterRun.of("parallel", "parallel.jmx")
              .against(server)
              .plugins("jmeter-parallel")
              .set("threads", THREADS)
              .set("loops", LOOPS)
              .run(LIMIT);
      Counts counts = server.counts();
      assertEquals(0, run.exitCode(), "exit code");
      assertEquals(SENT, counts.apiRequests(), "API requests");
      assertEquals(0, counts.unauthenticated(), "requests without a token");
      assertTrue(counts.unauthorized() > 0, "nobody was refused");
      assertEquals(SENT - counts.unauthorized(), counts.apiOk(), "granted");
      assertEquals(2, counts.tokenRequests(), "one token, and one in place of the one that died");
      String summary = run.summaries("demo").get(0);
      assertTrue(summary.contains("401s " + counts.unauthorized() + ","), summary);
      assertFalse(run.log().contains("ERROR"), run::log);
      String headers = JMeterRun.read(run.directory().resolve("headers.xml"));
      assertTrue(headers.contains("Authorization: ***"), "no header was saved");
      assertFalse(headers.contains("Bearer "), "a token is in the results");
    }
  }
}
