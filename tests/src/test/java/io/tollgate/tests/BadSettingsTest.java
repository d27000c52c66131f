package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Whatever is wrong with a profile: a failed sample that says so, a line in jmeter.log, and no
 * request without a token.
 */
class BadSettingsTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Profile to what its failed samples must name, beside the profile itself. */
  private static final Map<String, List<String>> WRONG = new LinkedHashMap<>();

  static {
    WRONG.put("misspelt", List.of("CONFIG", "client_scret", "client_secret"));
    WRONG.put("no-secret", List.of("CONFIG", "client_secret"));
    WRONG.put("unset-env", List.of("CONFIG", "client_secret", "TOLLGATE_TEST_UNSET"));
    WRONG.put("no-file", List.of("CONFIG", "client_secret", "no-such-file"));
    WRONG.put("no-unit", List.of("CONFIG", "refresh_margin"));
    WRONG.put("bad-url", List.of("CONFIG", "token_url"));
    WRONG.put("plain-http", List.of("CONFIG", "token_url", "allow_http"));
    WRONG.put("no-region", List.of("CONFIG", "region", "eu-central-1"));
    WRONG.put("no-user", List.of("CONFIG", "username"));
    WRONG.put("a-user-too-many", List.of("CONFIG", "username", "grant=password"));
    WRONG.put("no-refresh-token", List.of("CONFIG", "refresh_token", "empty or not there"));
    WRONG.put("no-such-refresh", List.of("CONFIG", "refresh", "ahead, late, drain"));
    WRONG.put("budget", List.of("CONFIG", "mint_budget", "30/1m or 200/run"));
    WRONG.put("cap", List.of("CONFIG", "max_concurrent_token_requests", "from 1 to 1000"));
    WRONG.put("tenant", List.of("CONFIG", "tenant_header", "X-Tenant: acme"));
    WRONG.put("parameter", List.of("CONFIG", "token_param.scope", "set scope instead"));
    WRONG.put("pool-too-large", List.of("CONFIG", "pool", "from 1 to 64"));
    WRONG.put(
        "pool-of-one-lineage", List.of("CONFIG", "pool", "refresh_token brings one at a time"));
    WRONG.put("key-of-one-lineage", List.of("CONFIG", "client_id.2", "refresh_token brings one"));
    WRONG.put("key-without-secret", List.of("CONFIG", "client_secret.2", "is missing"));
    WRONG.put("secret-without-key", List.of("CONFIG", "client_id.3", "is missing"));
    WRONG.put("key-number", List.of("CONFIG", "client_id.1001", "from 2 to 1000"));
    WRONG.put("key-twice", List.of("CONFIG", "client_id.2", "pool"));
    WRONG.put("nobody", List.of("CONFIG"));
    WRONG.put("bad name", List.of("CONFIG"));
  }

  @Test
  void eachIsToldInTheSampleAndInTheLogAndNothingIsSent() {
    String good = "demo";
    try (AuthServer server = AuthServer.start("bad-settings", "--lifetime", "10m")) {
      FinishedRun run =
          wrongProfiles(JMeterRun.of("bad-settings", "load.jmx").against(server), server)
              .scripts("profiles-before", "nothing")
              .set("profiles", String.join(",", WRONG.keySet()) + "," + good)
              .set("threads", WRONG.size() + 1)
              .set("loops", 2)
              .run(LIMIT);
      nothingWasSentWithoutAToken(run, server.counts());
      assertEquals(2L * (WRONG.size() + 1), run.results().count(), "samples");
      assertEquals(2L * WRONG.size(), run.results().failed().size(), "failed samples");
      WRONG.forEach((profile, words) -> isTold(run, profile, words));
      assertFalse(run.log().contains(AuthServer.CLIENT_SECRET), "a secret is in jmeter.log");
      assertFalse(run.jtl().contains(AuthServer.CLIENT_SECRET), "a secret is in the JTL");
      assertEquals(2, server.counts().apiOk(), "the profile that is right goes on working");
    }
  }

  @Test
  void aDefinitionThatContradictsAnotherIsToldAndNothingIsSent() {
    try (AuthServer server = AuthServer.start("conflict", "--lifetime", "10m")) {
      FinishedRun run =
          JMeterRun.of("conflict", "load.jmx")
              .against(server)
              .scripts("define-before", "nothing")
              .set("threads", 2)
              .set("loops", 2)
              .run(LIMIT);
      nothingWasSentWithoutAToken(run, server.counts());
      List<Sample> failed = run.results().failed();
      assertEquals(2, failed.size(), () -> "failed: " + run.results().failures());
      for (Sample sample : failed) {
        assertTrue(sample.message().contains("PROFILE_CONFLICT"), "message: " + sample);
        assertTrue(sample.message().contains("'defined'"), "names no profile: " + sample);
      }
      assertTrue(run.log().contains("PROFILE_CONFLICT"), "not in jmeter.log");
    }
  }

  @Test
  void controlAScriptThatThrowsLetsTheRequestGoWithoutAToken() {
    try (AuthServer server = AuthServer.start("bad-settings-control")) {
      FinishedRun run =
          JMeterRun.of("bad-settings-control", "load.jmx")
              .against(server)
              .scripts("throws-before", "nothing")
              .run(LIMIT);
      Control.fails("without a token", () -> nothingWasSentWithoutAToken(run, server.counts()));
    }
  }

  private static void nothingWasSentWithoutAToken(FinishedRun run, Counts counts) {
    assertEquals(0, run.exitCode(), "exit code");
    assertEquals(0, counts.unauthenticated(), "API requests without a token");
    assertEquals(0, counts.unauthorized(), "API requests with a useless token");
  }

  private static void isTold(FinishedRun run, String profile, List<String> words) {
    List<Sample> told =
        run.results().failed().stream()
            .filter(s -> s.message().contains("'" + profile + "'"))
            .toList();
    assertEquals(2, told.size(), () -> profile + " is not named: " + run.results().failures());
    for (String word : words) {
      for (Sample sample : told) {
        assertTrue(sample.message().contains(word), () -> "no " + word + " in " + sample.message());
      }
      assertTrue(
          run.log().lines().anyMatch(l -> l.contains("'" + profile + "'") && l.contains(word)),
          () -> "nothing in jmeter.log about " + profile + " with " + word);
    }
  }

  private static JMeterRun.Builder wrongProfiles(JMeterRun.Builder run, AuthServer server) {
    for (String profile : WRONG.keySet()) {
      if (!profile.equals("nobody")
          && !profile.equals("no-region")
          && !profile.equals("bad name")) {
        run.profile(profile, "token_url", server.tokenUrl());
      }
      if (!profile.equals("nobody")) {
        run.profile(profile, "client_id", AuthServer.CLIENT_ID);
        run.profile(profile, "client_secret", AuthServer.CLIENT_SECRET);
      }
    }
    run.profile("misspelt", "client_scret", AuthServer.CLIENT_SECRET);
    run.profile("no-secret", "client_secret", "");
    run.profile("unset-env", "client_secret", "env:TOLLGATE_TEST_UNSET");
    run.profile("no-file", "client_secret", "file:no-such-file");
    run.profile("no-unit", "refresh_margin", "300");
    run.profile("bad-url", "token_url", "not a url");
    run.profile("plain-http", "token_url", "http://login.example.com/oauth/token");
    run.profile("no-user", "grant", "password");
    run.profile("a-user-too-many", "username", "ann");
    run.profile("no-refresh-token", "grant", "refresh_token");
    run.profile("no-refresh-token", "refresh_token", "file:no-such-token");
    run.profile("no-such-refresh", "refresh", "sometimes");
    run.profile("budget", "mint_budget", "30");
    run.profile("cap", "max_concurrent_token_requests", "0");
    run.profile("tenant", "tenant_header", "acme");
    run.profile("parameter", "token_param.scope", "read");
    run.profile("pool-too-large", "pool", "65");
    run.profile("pool-of-one-lineage", "pool", "2");
    run.profile("pool-of-one-lineage", "refresh_token", "r3fresh");
    run.profile("key-of-one-lineage", "client_id.2", "other");
    run.profile("key-of-one-lineage", "client_secret.2", AuthServer.CLIENT_SECRET);
    run.profile("key-of-one-lineage", "grant", "refresh_token");
    run.profile("key-of-one-lineage", "refresh_token", "r3fresh");
    run.profile("key-without-secret", "client_id.2", "other");
    run.profile("secret-without-key", "client_secret.3", AuthServer.CLIENT_SECRET);
    run.profile("key-number", "client_id.1001", "other");
    run.profile("key-twice", "client_id.2", AuthServer.CLIENT_ID);
    run.profile("key-twice", "client_secret.2", AuthServer.CLIENT_SECRET);
    return run.profile("no-region", "region", "atlantis-1");
  }
}
