package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What testers look at shows the token requests, each once: JTL, dashboard, a remote JTL. */
class TokenRequestsAsSamplesTest {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final String LABEL = "Tollgate token request";

  private static JMeterRun.Builder load(String name, AuthServer server) {
    // A first request that fails, and tokens that end several times in the run.
    return JMeterRun.of(name, "load.jmx")
        .against(server)
        .tollgate()
        .set("threads", 5)
        .set("loops", 40)
        .set("pause.min", 50)
        .set("pause.max", 150);
  }

  private static AuthServer server(String name) {
    return AuthServer.start(name, "--lifetime", "2s");
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
          load("samples-main", server).set("tollgate.samples", "main").report().run(LIMIT);
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
          load("samples-file", server)
              .set("tollgate.samples", "file")
              .set("tollgate.samples.file", "tokens.jtl")
              .set("tollgate.samples.label", LABEL)
              .run(LIMIT);
      Results own = Results.read(run.directory().resolve("tokens.jtl"));
      eachRequestIsASampleOnce(server, own.samples(), 0);
      assertEquals(200, run.results().count(), "the plan's own samples, and no other");
    }
  }

  @Test
  void controlWithoutAWordFromTheUserThereAreNone() {
    try (AuthServer server = server("samples-off")) {
      FinishedRun run = load("samples-off", server).run(LIMIT);
      assertEquals(200, run.results().count(), "the plan's own samples, and no other");
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
        FinishedRun run = load.run(LIMIT);
        String log = injector.log();
        long late = log.lines().filter(line -> line.contains("too late for a sample")).count();
        eachRequestIsASampleOnce(server, ofTokens(run.results()), late);
        assertTrue(log.contains("tollgate-report.html"), "the injector leaves a report");
        assertEquals("", run.report(), "nothing happened here");
      }
    }
  }
}
