package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An API that takes so many requests of each token: with one token it is the limit of the test. */
class AnApiThatLimitsEachTokenTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int THREADS = 8;
  private static final int LOOPS = 20;

  /** Two threads a slot make fewer requests than that, eight with one token far more. */
  private static final String OF_EACH_TOKEN = "50/10m";

  /** What is logged when a pool falls back to one slot. */
  private static final String TOLD = "tokens at a time";

  @Test
  void aPoolOfFourIsNotThrottled() {
    Played played = play("pool-of-four", Map.of("pool", "4"), "--lifetime", "10m");
    nobodyIsThrottled(played);
    assertEquals(4, played.counts.minted(), "tokens");
    String summary = played.summary();
    assertTrue(summary.contains("tokens minted 4") && summary.contains("; 4 slots"), summary);
  }

  @Test
  void controlOneTokenIs() {
    Played played = play("pool-of-none", Map.of(), "--lifetime", "10m");
    Control.fails("throttled", () -> nobodyIsThrottled(played));
    assertEquals(1, played.counts.minted(), "tokens");
    assertFalse(played.summary().contains("slots"), played.summary());
  }

  @Test
  void twoClientsCarryTheLoadOfTwoTokens() {
    Played played =
        play(
            "keyring",
            Map.of("client_id.2", "second", "client_secret.2", AuthServer.CLIENT_SECRET),
            "--lifetime",
            "10m",
            "--api-rate-limit",
            "100/10m");
    nobodyIsThrottled(played);
    assertEquals(1, played.counts.minted());
    assertEquals(1, played.counts.of("second").minted());
    assertEquals(played.counts.ownOk(), played.counts.of("second").ownOk(), "evenly");
    assertTrue(played.summary().contains("; 2 clients"), played.summary());
  }

  @Test
  void aServerThatLetsOneTokenLiveIsFoundAndToldOnce() {
    Played played;
    try (AuthServer server =
            server(
                "pool-of-killers",
                "--lifetime",
                "10m",
                "--revoke-previous",
                "--api-rate-limit",
                "none");
        JMeterRun run =
            load("pool-of-killers", Map.of("pool", "4"), server)
                .set("loops", -1)
                .set("duration", 300)
                .start()) {
      Await.until("the fallback", LIMIT, () -> run.log().contains(TOLD));
      Counts before = server.counts();
      server.await(
          "the load to go on", LIMIT, counts -> counts.apiOk() >= before.apiOk() + THREADS * LOOPS);
      run.shutdown();
      FinishedRun finished = run.finish(LIMIT);
      played = new Played(finished, server.counts());
    }
    assertEquals(0, played.run.exitCode());
    assertTrue(played.counts.minted() <= 13, () -> "tokens: " + played.counts.minted());
    List<String> told = played.run.log().lines().filter(line -> line.contains(TOLD)).toList();
    assertEquals(1, told.size(), () -> "told: " + told);
    assertTrue(told.get(0).contains("Check the server's limit of tokens per client"), told.get(0));
    assertTrue(played.summary().contains("4 slots, fell back to one slot"), played.summary());
    // All but the samples that showed it are served.
    int failed = played.run.results().failed().size();
    assertTrue(failed <= THREADS * LOOPS / 4, "failed: " + failed);
  }

  private record Played(FinishedRun run, Counts counts) {
    String summary() {
      return run.log()
          .lines()
          .filter(line -> line.contains("profile 'demo': tokens minted"))
          .findFirst()
          .orElse("no summary line");
    }
  }

  private static void nobodyIsThrottled(Played played) {
    assertEquals(0, played.run.exitCode(), "exit code");
    assertEquals(0, played.counts.apiThrottled(), "requests throttled");
    assertEquals(List.of(), played.run.results().failed(), "failed samples");
    assertEquals(THREADS * LOOPS, played.counts.apiOk(), "requests served");
  }

  private static Played play(String name, Map<String, String> settings, String... flags) {
    try (AuthServer server = server(name, flags)) {
      FinishedRun finished = load(name, settings, server).set("loops", LOOPS).run(LIMIT);
      return new Played(finished, server.counts());
    }
  }

  private static AuthServer server(String name, String... flags) {
    String[] all = new String[flags.length + 5];
    all[0] = "--client";
    all[1] = "second:" + AuthServer.CLIENT_SECRET;
    all[2] = "--api-rate-per-token";
    all[3] = "--api-rate-limit";
    all[4] = OF_EACH_TOKEN;
    System.arraycopy(flags, 0, all, 5, flags.length);
    return AuthServer.start(name, all);
  }

  private static JMeterRun.Builder load(
      String name, Map<String, String> settings, AuthServer server) {
    JMeterRun.Builder run =
        JMeterRun.of(name, "load.jmx")
            .against(server)
            .scripts("tollgate-before", "tollgate-after")
            .set("threads", THREADS)
            .set("pause.min", 20)
            .set("pause.max", 60);
    settings.forEach((key, value) -> run.profile("demo", key, value));
    return run;
  }
}
