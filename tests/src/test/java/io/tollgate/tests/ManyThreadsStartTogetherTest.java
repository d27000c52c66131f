package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Hundreds of threads want their first token at the same moment: one request serves them all. */
class ManyThreadsStartTogetherTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration LATENCY = Duration.ofSeconds(1);

  @Test
  void fiveHundredThreadsShareOneTokenRequest() {
    try (AuthServer server = server("together")) {
      FinishedRun run = load("together", 500).against(server).tollgate().run(LIMIT);
      oneTokenServedAll(run, 500, server.counts().tokenRequests(), server.counts().apiOk());
    }
  }

  @Test
  void aServerThatNoOneHereWroteSaysTheSame() {
    try (OidcProvider provider = OidcProvider.start(LATENCY)) {
      FinishedRun run = load("together-oidc", 500, provider).tollgate().run(LIMIT);
      oneTokenServedAll(run, 500, provider.tokenRequests(), provider.apiOk());
    }
  }

  @Test
  void controlThreadsThatFetchForThemselvesAreToldApart() {
    try (AuthServer server = server("together-control")) {
      FinishedRun run =
          load("together-control", 100)
              .against(server)
              .scripts("recipe-before", "nothing")
              .run(LIMIT);
      Counts counts = server.counts();
      Control.fails(
          "token requests",
          () -> oneTokenServedAll(run, 100, counts.tokenRequests(), counts.apiOk()));
    }
  }

  @Test
  void controlTheOtherServerTellsThemApartToo() {
    try (OidcProvider provider = OidcProvider.start(LATENCY)) {
      FinishedRun run =
          load("together-oidc-control", 100, provider)
              .scripts("recipe-before", "nothing")
              .run(LIMIT);
      Control.fails(
          "token requests",
          () -> oneTokenServedAll(run, 100, provider.tokenRequests(), provider.apiOk()));
    }
  }

  private static void oneTokenServedAll(
      FinishedRun run, int threads, long tokenRequests, long apiOk) {
    assertEquals(0, run.exitCode(), "exit code");
    assertEquals(0, run.results().failed().size(), () -> "failed: " + run.results().failures());
    assertEquals(threads, run.results().count(), "samples");
    assertEquals(threads, apiOk, "API requests that the server granted");
    assertEquals(1, tokenRequests, "token requests");
  }

  private static AuthServer server(String name) {
    return AuthServer.start(
        name, "--lifetime", "10m", "--latency-before", LATENCY.toMillis() + "ms");
  }

  private static JMeterRun.Builder load(String name, int threads) {
    return JMeterRun.of(name, "load.jmx")
        .set("threads", threads)
        .set("loops", 1)
        // The last thread of a busy machine too has its turn within the limit.
        .set("duration", LIMIT.toSeconds());
  }

  private static JMeterRun.Builder load(String name, int threads, OidcProvider provider) {
    return load(name, threads)
        .api(provider.apiUrl())
        .client(provider.tokenUrl(), OidcProvider.CLIENT_ID, OidcProvider.CLIENT_SECRET);
  }
}
