package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a run leaves in jmeter.log and in the results: a summary of each profile, and never a token
 * or a secret.
 */
class WhatIsWrittenTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void aSummaryLineForEachProfileAndNoSecrets() {
    try (AuthServer server = AuthServer.start("written", "--lifetime", "10m")) {
      FinishedRun run =
          load("written", server).scripts("profiles-before", "token-to-file").run(LIMIT);
      assertEquals(0, run.results().failed().size(), () -> "failed: " + run.results().failures());
      noTokenIsWritten(run);
      assertEquals(1, server.counts().tokenRequests(), "token requests");
      for (String profile : new String[] {"demo", "other"}) {
        List<String> summaries = run.summaries(profile);
        assertEquals(1, summaries.size(), () -> "summary lines of " + profile + ": " + summaries);
        // Two threads of three requests; each request reads once, and so does the script after it.
        // The two profiles make equal token requests, hence share one token.
        String counts = "tokens minted 1 (first 1), token requests 1, reads 12;";
        assertTrue(summaries.get(0).contains(counts), () -> "summary: " + summaries.get(0));
      }
    }
  }

  @Test
  void controlAScriptThatLogsTheTokenIsFound() {
    try (AuthServer server = AuthServer.start("written-control", "--lifetime", "10m")) {
      FinishedRun run =
          load("written-control", server).scripts("profiles-before", "token-to-log").run(LIMIT);
      Control.fails("a token is in jmeter.log", () -> noTokenIsWritten(run));
    }
  }

  private static void noTokenIsWritten(FinishedRun run) {
    assertEquals(0, run.exitCode(), "exit code");
    List<String> tokens = JMeterRun.read(run.directory().resolve("tokens.txt")).lines().toList();
    assertFalse(tokens.isEmpty(), "the run wrote down no token to look for");
    for (String token : tokens) {
      assertTrue(token.length() > 8, "not a token");
      assertFalse(run.log().contains(token), "a token is in jmeter.log");
      assertFalse(run.jtl().contains(token), "a token is in the JTL");
      assertFalse(run.report().contains(token), "a token is in the report");
      assertFalse(run.console().contains(token), "a token is on the terminal");
    }
    assertFalse(run.log().contains(AuthServer.CLIENT_SECRET), "a secret is in jmeter.log");
    assertFalse(run.jtl().contains(AuthServer.CLIENT_SECRET), "a secret is in the JTL");
    assertTrue(run.report().contains("In numbers"), "a report of the run");
    assertFalse(run.report().contains(AuthServer.CLIENT_SECRET), "a secret is in the report");
  }

  private static JMeterRun.Builder load(String name, AuthServer server) {
    return JMeterRun.of(name, "load.jmx")
        .against(server)
        .environment("TOLLGATE_TEST_SECRET", AuthServer.CLIENT_SECRET)
        .profile("other", "token_url", server.tokenUrl())
        .profile("other", "client_id", AuthServer.CLIENT_ID)
        .profile("other", "client_secret", "env:TOLLGATE_TEST_SECRET")
        .set("profiles", "demo,other")
        .set("threads", 4)
        .set("loops", 3);
  }
}
