package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Samplers of other plugins, in the versions that people have beside the one of the examples. */
class OtherSamplersTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  /**
   * Half of it is left when a token is replaced: a busy machine has so much time to load what a
   * sampler needs between the reading of a token and its use.
   */
  private static final String LIFETIME = "16s";

  @Test
  void theOlderWebSocketSamplersOpenEachSocketWithTheTokenOfItsTime() {
    try (AuthServer server = AuthServer.start("websocket-old", "--lifetime", LIFETIME);
        JMeterRun started =
            JMeterRun.in(
                    Layout.build().resolve("system").resolve("websocket-old"),
                    Layout.example("websocket"))
                .plugins("jmeter-websocket-samplers-1.2.2")
                .set("api.tls", "false")
                .api(server.apiUrl().resolve("/api/v2/ws"))
                .profile("api", "token_url", server.tokenUrl())
                .profile("api", "client_id", AuthServer.CLIENT_ID)
                .profile("api", "client_secret", AuthServer.CLIENT_SECRET)
                .profile("api", "allowed_hosts", server.apiUrl().getHost())
                .set("threads", 5)
                .set("duration", LIMIT.toSeconds())
                .set("pause", 50)
                .start()) {
      server.await(
          "sockets with more than one token",
          LIMIT,
          counts -> counts.webSocketsOpened() > 20 && counts.tokenRequests() >= 2);
      started.shutdown();
      FinishedRun run = started.finish(LIMIT);
      assertEquals(0, run.exitCode(), "exit code");
      Counts counts = server.counts();
      assertEquals(0, counts.webSocketsUnauthorized(), () -> "" + run.results().failures());
      assertEquals(1, run.summaries("api").size(), run::log);
    }
  }

  @Test
  void theGenesysCloudSdkCallsWithTheTokenOfItsTime() {
    String sdk = System.getProperty("tollgate.test.genesys");
    try (AuthServer server = AuthServer.start("genesys-sdk", "--lifetime", LIFETIME);
        JMeterRun started =
            JMeterRun.in(
                    Layout.build().resolve("system").resolve("genesys-sdk"),
                    Layout.example("genesys-sdk"))
                .set("search_paths", sdk.replace(File.pathSeparator, ";"))
                .set("sdk.script", Layout.examples().resolve("genesys-sdk/users-me.groovy"))
                .set("api.url", server.apiUrl().resolve("/"))
                .profile("genesys", "token_url", server.tokenUrl())
                .profile("genesys", "client_id", AuthServer.CLIENT_ID)
                .profile("genesys", "client_secret", AuthServer.CLIENT_SECRET)
                .set("threads", 5)
                .set("duration", LIMIT.toSeconds())
                .start()) {
      server.await(
          "calls with more than one token",
          LIMIT,
          counts -> counts.apiOk() > 20 && counts.tokenRequests() >= 2);
      started.shutdown();
      FinishedRun run = started.finish(LIMIT);
      assertEquals(0, run.exitCode(), "exit code");
      assertEquals(0, run.results().failed().size(), () -> "failed: " + run.results().failures());
      assertEquals(0, server.counts().unauthorized(), "refused");
    }
  }
}
