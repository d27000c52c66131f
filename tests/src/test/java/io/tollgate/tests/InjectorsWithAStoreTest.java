package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two JMeters that nothing connects but a store are one client to the token server. */
class InjectorsWithAStoreTest {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final int THREADS = 10;
  private static final int ENOUGH = 10 * THREADS;
  private static final Pattern MINTED = Pattern.compile("'demo': tokens minted (\\d+)");

  /** What an injector says whose machine, or store, stood still for longer than a second. */
  private static final String SILENT = "this injector requests tokens for itself";

  /** Token requests after 401s that one credential may have in a minute. */
  private static final int MOST_EACH = 4;

  @TempDir Path temp;

  @Test
  void oneOfThemRequestsEachTokenAndBothUseIt() {
    try (RedisServer store = RedisServer.start(temp);
        AuthServer server =
            AuthServer.start("with-a-store", "--lifetime", "10m", "--revoke-previous");
        JMeterRun one = injector("with-a-store-1", server, store);
        JMeterRun two = injector("with-a-store-2", server, store)) {
      one.awaitStart();
      two.awaitStart();
      awaitSamples(one, two);
      server.revoke();
      server.await("a second token", LIMIT, counts -> counts.minted() >= 2);
      awaitSamples(one, two);
      one.shutdown();
      two.shutdown();
      List<FinishedRun> runs = List.of(one.finish(LIMIT), two.finish(LIMIT));
      Counts counts = server.counts();
      boolean stoodStill = runs.stream().anyMatch(run -> run.log().contains(SILENT));
      long most = 2 + (stoodStill ? MOST_EACH * runs.size() : 0);
      assertTrue(counts.minted() >= 2 && counts.tokenRequests() <= most, counts::toString);
      assertEquals(
          counts.minted(),
          runs.stream().mapToLong(InjectorsWithAStoreTest::minted).sum(),
          "what the two say that they requested");
      for (FinishedRun run : runs) {
        assertEquals(0, run.exitCode(), run::console);
        // Those on their way when the token was revoked: one a thread for each token.
        int failed = run.results().failed().size();
        assertTrue(failed <= most * THREADS, () -> run.results().failures().toString());
      }
    }
  }

  private static JMeterRun injector(String name, AuthServer server, RedisServer store) {
    return JMeterRun.of(name, "elements.jmx")
        .against(server)
        .set("threads", THREADS)
        .set("pause.min", 10)
        .flushesResults()
        .profile("demo", "store", store.url())
        .start();
  }

  /** Blocks until each of them has so many more good samples. */
  private static void awaitSamples(JMeterRun... runs) {
    for (JMeterRun run : runs) {
      long before = run.goodSamples();
      Await.until(
          "samples in " + run.directory(), LIMIT, () -> run.goodSamples() >= before + ENOUGH);
    }
  }

  private static long minted(FinishedRun run) {
    Matcher minted = MINTED.matcher(run.log());
    assertTrue(minted.find(), run::log);
    return Long.parseLong(minted.group(1));
  }
}
