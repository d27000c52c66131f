package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Tokens that are bound to a key, and a client that is known by its certificate, judged by a
 * certified server: it believes each proof at its token endpoint and at what it protects, and
 * refuses all without.
 */
class EveryProofOfPossessionTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int THREADS = 5;
  private static final int LOOPS = 20;

  /** A thread that is refused is held for a second each time. */
  private static final int REFUSED_LOOPS = 2;

  private static final Path KEYS = Layout.build().resolve("oidc-possession");

  @Test
  void aCertifiedServerBindsOneTokenAndBelievesEveryProof() {
    for (String before : new String[] {"tollgate-before", "script-before"}) {
      try (OidcProvider provider = OidcProvider.withPossession(KEYS)) {
        FinishedRun run = bound(provider).scripts(before, "tollgate-after").run(LIMIT);
        assertEquals(0, run.exitCode(), "exit code");
        everyProofIsBelieved(provider, "bound", run);
        assertEquals(THREADS * LOOPS, run.results().count(), "samples");
        assertEquals(1, provider.counted("bound", "granted"), "granted");
        assertEquals(1, provider.counted("bound", "nonces"), "a nonce was asked for once");
      }
    }
  }

  @Test
  void controlWithoutAProofTheTokenIsWorthNothing() {
    try (OidcProvider provider = OidcProvider.withPossession(KEYS)) {
      FinishedRun run = bound(provider).scripts("unproved-before", "nothing").run(LIMIT);
      assertEquals(1, provider.counted("bound", "granted"), "granted");
      Control.fails("samples that failed", () -> everyProofIsBelieved(provider, "bound", run));
      assertEquals(0, provider.counted("bound", "api_ok"), "API");
    }
  }

  @Test
  void controlAClientThatDoesNotProveGetsNoToken() {
    try (OidcProvider provider = OidcProvider.withPossession(KEYS)) {
      FinishedRun run =
          bound(provider)
              .profile("demo", "dpop", "false")
              .tollgate()
              .set("loops", REFUSED_LOOPS)
              .run(LIMIT);
      Control.fails("samples that failed", () -> everyProofIsBelieved(provider, "bound", run));
      assertEquals(0, provider.counted("bound", "granted"), "granted");
    }
  }

  @Test
  void aRefreshTokenThatIsBoundRotatesWithItsKey() {
    try (OidcProvider provider = OidcProvider.withPossession(KEYS);
        JMeterRun started =
            boundUser(provider)
                .profile("demo", "dpop_key", file("dpop.pem"))
                .set("loops", -1)
                .set("duration", 300)
                .start()) {
      provider.awaitCount("bound-user", "rotated", 3, LIMIT);
      provider.awaitCount(
          "bound-user", "api_ok", provider.counted("bound-user", "api_ok") + THREADS, LIMIT);
      started.shutdown();
      FinishedRun run = started.finish(LIMIT);
      assertEquals(0, run.exitCode(), "exit code");
      everyProofIsBelieved(provider, "bound-user", run);
      everyRefreshIsGranted(provider);
    }
  }

  @Test
  void controlARefreshTokenIsWorthNothingWithAnotherKey() {
    try (OidcProvider provider = OidcProvider.withPossession(KEYS)) {
      boundUser(provider).set("loops", 1).run(LIMIT); // with a key that is made for it
      Control.fails("refused", () -> everyRefreshIsGranted(provider));
      assertEquals(0, provider.counted("bound-user", "granted"), "granted");
    }
  }

  @Test
  void aCertificateIsProofEnough() {
    try (OidcProvider provider = OidcProvider.withPossession(KEYS)) {
      FinishedRun run = byCertificate(provider, "client.pem").run(LIMIT);
      assertEquals(0, run.exitCode(), "exit code");
      grantedByCertificate(provider, run);
    }
  }

  @Test
  void controlAnotherCertificateOfTheSameAuthorityIsNoProof() {
    try (OidcProvider provider = OidcProvider.withPossession(KEYS)) {
      FinishedRun run =
          byCertificate(provider, "stranger.pem").set("loops", REFUSED_LOOPS).run(LIMIT);
      Control.fails("granted", () -> grantedByCertificate(provider, run));
      assertTrue(provider.counted("by-certificate", "refused") > 0, "refused");
    }
  }

  @Test
  void redirectsThatNoProofCanFollowAreWarnedOfOnceAndNoKeyIsWritten() {
    try (OidcProvider provider = OidcProvider.withPossession(KEYS)) {
      FinishedRun run =
          bound(provider)
              .profile("demo", "dpop_key", file("dpop.pem"))
              .scripts("automatic-before", "tollgate-after")
              .run(LIMIT);
      assertEquals(2, run.log().split("'Redirect Automatically'", -1).length, "warnings and one");
      String key =
          JMeterRun.read(KEYS.resolve("dpop.pem")).lines().skip(1).findFirst().orElseThrow();
      assertTrue(key.length() > 40, "not a key");
      assertFalse(run.log().contains(key), "a key is in jmeter.log");
      assertTrue(run.summaries("demo").get(0).contains("nonces asked for"), run.log());
    }
  }

  private static JMeterRun.Builder load(OidcProvider provider) {
    return JMeterRun.of("possession", "load.jmx")
        .api(provider.apiUrl())
        .set("threads", THREADS)
        .set("loops", LOOPS)
        .profile("demo", "token_url", provider.tokenUrl());
  }

  private static JMeterRun.Builder bound(OidcProvider provider) {
    return load(provider)
        .profile("demo", "client_id", "bound")
        .profile("demo", "client_secret", "bound-secret")
        .profile("demo", "dpop", "true");
  }

  private static JMeterRun.Builder boundUser(OidcProvider provider) {
    return load(provider)
        .tollgate()
        .api(provider.userInfoUrl())
        .set("pause.min", 200)
        .set("pause.max", 300)
        .profile("demo", "grant", "refresh_token")
        .profile("demo", "client_id", "bound-user")
        .profile("demo", "client_auth", "none")
        .profile("demo", "refresh_token", provider.refreshToken())
        .profile("demo", "dpop", "true");
  }

  private static JMeterRun.Builder byCertificate(OidcProvider provider, String certificate) {
    return load(provider)
        .tollgate()
        .profile("demo", "token_url", provider.tlsTokenUrl())
        .profile("demo", "ca_file", KEYS.resolve("ca.crt").toAbsolutePath())
        .profile("demo", "client_id", "by-certificate")
        .profile("demo", "tls_client_cert", file(certificate));
  }

  /** But for the nonce that threads which start together have to be told. */
  private static void everyProofIsBelieved(OidcProvider provider, String client, FinishedRun run) {
    long failed = run.results().failed().size();
    assertTrue(failed <= THREADS, () -> "samples that failed: " + run.results().failures());
    for (Sample sample : run.results().failed()) {
      assertEquals("401", sample.code(), sample.message());
    }
    assertEquals(run.results().count() - failed, provider.counted(client, "api_ok"), "API");
    assertEquals(failed, provider.counted(client, "api_refused"), "API, refused");
    assertEquals(0, provider.counted(client, "refused"), "refused");
  }

  private static void everyRefreshIsGranted(OidcProvider provider) {
    assertEquals(0, provider.counted("bound-user", "refused"), "refused");
    assertEquals(0, provider.counted("bound-user", "revoked"), "revoked");
    long rotated = provider.counted("bound-user", "rotated");
    assertTrue(rotated >= 3, "rotated only " + rotated + " times");
    // The last request may still be under way although its thread has ended.
    provider.awaitGrants("bound-user", LIMIT);
    assertEquals(1, provider.counted("bound-user", "nonces"), "a nonce was asked for once");
  }

  private static void grantedByCertificate(OidcProvider provider, FinishedRun run) {
    assertEquals(1, provider.counted("by-certificate", "granted"), "granted");
    assertEquals(0, provider.counted("by-certificate", "refused"), "refused");
    assertEquals(0, run.results().failed().size(), () -> "failed: " + run.results().failures());
    assertEquals(run.results().count(), provider.counted("by-certificate", "api_ok"), "API");
  }

  private static String file(String name) {
    return "file:" + KEYS.resolve(name).toAbsolutePath();
  }
}
