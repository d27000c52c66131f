package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What testers look at shows the token requests, each once: JTL, dashboard, a remote JTL. */
class TokenRequestsAsSamplesTest {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final String LABEL = "Tollgate token request";

  private static final int THREADS = 5;
  private static final int LOOPS = 100;

  private static JMeterRun.Builder load(String name, AuthServer server) {
    return JMeterRun.of(name, "load.jmx")
        .against(server)
        .tollgate()
        .set("threads", THREADS)
        .set("loops", LOOPS)
        .set("pause.min", 50)
        .set("pause.max", 150);
  }

  private static AuthServer server(String name) {
    return AuthServer.start(name, "--lifetime", "2s");
  }

  /**
   * Tokens end until there was a second one, then no more: a request that is under way when the run
   * ends is counted by the server, and has no end that could be a sample.
   */
  private static FinishedRun run(JMeterRun.Builder load, AuthServer server) {
    try (JMeterRun run = load.start()) {
      server.await("a second token", LIMIT, counts -> counts.minted() > 1);
      server.set(Map.of("lifetime", "10m"));
      return run.finish(LIMIT);
    }
  }

  private static List<Sample> ofTokens(Results results) {
    return results.samples().stream().filter(sample -> sample.label().equals(LABEL)).toList();
  }

  private static void eachRequestIsASampleOnce(AuthServer server, List<Sample> samples, long late) {
    assertTrue(samples.size() > 1, "more than one token was needed: " + samples);
    assertEquals(server.counts().tokenRequests(), samples.size() + late, "samples of tokens");
    for (Sample sample : samples) {
      assertTrue(sample.success() && sample.code().equals("200"), sample.toString());
      assertTrue(sample.start() > 1_600_000_000_000L && sample.elapsed() < 20_000);
    }
  }

  /** Requests that ended when no thread passed any more: told in the log. */
  private static long late(FinishedRun run) {
    return run.log().lines().filter(line -> line.contains("ended too late for a sample")).count();
  }

  @Test
  void inTheMainResultsAndSoInTheDashboard() {
    try (AuthServer server = server("samples-main")) {
      FinishedRun run =
          run(load("samples-main", server).set("tollgate.samples", "main").report(), server);
      assertEquals(0, run.exitCode(), "exit code");
      eachRequestIsASampleOnce(server, ofTokens(run.results()), late(run));
      String statistics = JMeterRun.read(run.directory().resolve("report/statistics.json"));
      assertTrue(statistics.contains("\"" + LABEL + "\""), statistics);
      assertFalse(run.jtl().contains(AuthServer.CLIENT_SECRET), "a secret is in the JTL");
    }
  }

  @Test
  void inAFileOfTheirOwnAllOfThem() {
    try (AuthServer server = server("samples-file")) {
      FinishedRun run =
          run(
              load("samples-file", server)
                  .set("tollgate.samples", "file")
                  .set("tollgate.samples.file", "tokens.jtl")
                  .set("tollgate.samples.label", LABEL),
              server);
      Results own = Results.read(run.directory().resolve("tokens.jtl"));
      eachRequestIsASampleOnce(server, own.samples(), 0);
      assertEquals(THREADS * LOOPS, run.results().count(), "the plan's own samples, and no other");
    }
  }

  @Test
  void controlWithoutAWordFromTheUserThereAreNone() {
    try (AuthServer server = server("samples-off")) {
      FinishedRun run = run(load("samples-off", server), server);
      assertEquals(THREADS * LOOPS, run.results().count(), "the plan's own samples, and no other");
      Control.fails(
          "more than one token",
          () -> eachRequestIsASampleOnce(server, ofTokens(run.results()), 0));
    }
  }

  @Test
  void fromAnInjectorTheyComeHome() {
    try (AuthServer server = server("samples-remote")) {
      JMeterRun.Builder load = load("samples-remote", server).set("tollgate.samples", "main");
      try (RemoteEngine injector = load.remotely()) {
        FinishedRun run = run(load, server);
        // It sends the results home before it has ended its own run.
        Await.until(
            "the injector to leave a report",
            LIMIT,
            () -> injector.log().contains("tollgate-report.html"));
        String log = injector.log();
        long late = log.lines().filter(line -> line.contains("too late for a sample")).count();
        eachRequestIsASampleOnce(server, ofTokens(run.results()), late);
        assertEquals("", run.report(), "nothing happened here");
      }
    }
  }
}
