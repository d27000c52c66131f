package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Every way to prove who asks, judged by a certified server: each client is granted one token, and
 * the API takes it. And a refresh token that rotates: none is sent twice, or the server would
 * revoke all.
 */
class EveryProofOfTheClientTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int THREADS_A_CLIENT = 5;
  private static final int THREADS = 20;

  private static final Path KEYS = Layout.build().resolve("oidc-keys");

  /** Client to its settings. */
  private static final Map<String, Map<String, String>> CLIENTS = new LinkedHashMap<>();

  static {
    // As in the provider: every character that form-encoding changes.
    String oddSecret = "a+b/c %26&d=e:f?";
    String longSecret = "a-secret-of-at-least-thirty-two-bytes";
    CLIENTS.put("basic", Map.of("client_secret", oddSecret));
    CLIENTS.put("post", Map.of("client_secret", oddSecret, "client_auth", "client_secret_post"));
    CLIENTS.put(
        "secret-jwt", Map.of("client_secret", longSecret, "client_auth", "client_secret_jwt"));
    CLIENTS.put("rs256", Map.of("private_key", key("rsa.pem"), "private_key_id", "rsa"));
    CLIENTS.put("rs512", Map.of("private_key", key("rsa.pem"), "private_key_algorithm", "RS512"));
    CLIENTS.put("ps256", Map.of("private_key", key("rsa.jwk"), "private_key_algorithm", "PS256"));
    CLIENTS.put("es256", Map.of("private_key", key("p256.jwk")));
    CLIENTS.put("ps384", Map.of("private_key", key("rsa.pem"), "private_key_algorithm", "PS384"));
    CLIENTS.put("es384", Map.of("private_key", key("p384-sec1.pem")));
    CLIENTS.put(
        "es512",
        Map.of("private_key", key("p521-encrypted.pem"), "private_key_passphrase", "pass phrase"));
    CLIENTS.put("eddsa", Map.of("private_key", key("ed25519.pem"), "private_key_id", "ed25519"));
  }

  @Test
  void aCertifiedServerGrantsEachClientOneToken() {
    try (OidcProvider provider = OidcProvider.withProofs(KEYS)) {
      int threads = THREADS_A_CLIENT * CLIENTS.size();
      JMeterRun.Builder load =
          JMeterRun.of("proofs", "load.jmx")
              .api(provider.apiUrl())
              .scripts("profiles-before", "tollgate-profiles-after")
              .set("profiles", String.join(",", CLIENTS.keySet()))
              .set("threads", threads)
              .set("loops", 2);
      CLIENTS.forEach(
          (client, settings) -> {
            // One of them finds the token endpoint by itself.
            boolean finds = client.equals("es256");
            load.profile(
                client,
                finds ? "issuer" : "token_url",
                finds ? provider.issuer() : provider.tokenUrl().toString());
            load.profile(client, "client_id", client);
            settings.forEach((key, value) -> load.profile(client, key, value));
          });
      FinishedRun run = load.run(LIMIT);
      assertEquals(0, run.exitCode(), "exit code");
      assertEquals(0, run.results().failed().size(), () -> "failed: " + run.results().failures());
      for (String client : CLIENTS.keySet()) {
        assertEquals(1, provider.counted(client, "granted"), client + ": granted");
        assertEquals(0, provider.counted(client, "refused"), client + ": refused");
        assertEquals(2 * THREADS_A_CLIENT, provider.counted(client, "api_ok"), client + ": API");
      }
      assertEquals(0, provider.counted("unknown", "refused"), "clients that were not believed");
    }
  }

  @Test
  void aRefreshTokenThatRotatesIsNeverSentTwice() {
    try (OidcProvider provider = OidcProvider.withProofs(KEYS);
        JMeterRun started =
            rotating(provider)
                .scripts("tollgate-before", "tollgate-after")
                .profile("demo", "token_url", provider.tokenUrl().toString())
                .profile("demo", "grant", "refresh_token")
                .profile("demo", "client_id", "public")
                .profile("demo", "client_auth", "none")
                .profile("demo", "refresh_token", provider.refreshToken())
                .start()) {
      provider.awaitCount("public", "rotated", 3, LIMIT);
      provider.awaitCount(
          "public", "api_ok", provider.counted("public", "api_ok") + THREADS, LIMIT);
      started.shutdown();
      FinishedRun run = started.finish(LIMIT);
      assertEquals(0, run.exitCode(), "exit code");
      nothingWasRevoked(provider);
      assertEquals(0, run.results().failed().size(), () -> "failed: " + run.results().failures());
      assertEquals(run.results().count(), provider.counted("public", "api_ok"), "API requests");
    }
  }

  @Test
  void controlThreadsThatRefreshForThemselvesLoseAll() {
    try (OidcProvider provider = OidcProvider.withProofs(KEYS);
        JMeterRun started =
            rotating(provider)
                .scripts("refresh-before", "nothing")
                .set("token_url", provider.tokenUrl().toString())
                .set("refresh_token", provider.refreshToken())
                .start()) {
      provider.awaitCount("public", "refused", 1, LIMIT);
      started.shutdown();
      started.finish(LIMIT);
      Control.fails("refused", () -> nothingWasRevoked(provider));
    }
  }

  private static JMeterRun.Builder rotating(OidcProvider provider) {
    return JMeterRun.of("rotating", "load.jmx")
        .api(provider.apiUrl())
        .set("threads", THREADS)
        .set("loops", -1)
        .set("duration", 300)
        .set("pause.min", 100)
        .set("pause.max", 200);
  }

  private static void nothingWasRevoked(OidcProvider provider) {
    assertEquals(0, provider.counted("public", "refused"), "refused");
    assertEquals(0, provider.counted("public", "revoked"), "revoked");
    long rotated = provider.counted("public", "rotated");
    assertTrue(rotated >= 3, "rotated only " + rotated + " times");
    // The last request may still be under way although its thread has ended.
    provider.awaitGrants("public", LIMIT);
  }

  private static String key(String file) {
    return "file:" + KEYS.resolve(file).toAbsolutePath();
  }
}
