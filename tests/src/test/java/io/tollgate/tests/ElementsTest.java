package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plans with the elements and no script, run by a real JMeter, judged by what the server saw. */
class ElementsTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int THREADS = 20;

  private static JMeterRun.Builder plan(String name, AuthServer server) {
    return JMeterRun.of(name, "elements.jmx").against(server).set("threads", THREADS);
  }

  @Test
  void oneTokenForAllThreadsAndThePlansHeadersStay() {
    try (AuthServer server =
        AuthServer.start("elements", "--lifetime", "10m", "--tenant-header", "X-Plan")) {
      FinishedRun run = plan("elements", server).set("loops", 10).run(LIMIT);
      assertEquals(0, run.exitCode(), "exit code");
      assertEquals(200, run.results().count(), "samples");
      assertEquals(0, run.results().failed().size(), () -> "failed: " + run.results().failures());
      Counts counts = server.counts();
      assertEquals(1, counts.tokenRequests(), "token requests");
      assertEquals(200, counts.apiOk(), "granted API requests");
      assertEquals(1, counts.tenants(), "values of the plan's own header");
      assertEquals(0, counts.withoutTenant(), "requests without the plan's own header");
      assertEquals(1, run.summaries("demo").size(), run::log);
    }
  }

  @Test
  void theExampleRunsAsItsReadmeSays() {
    try (AuthServer server =
            AuthServer.start("elements-example", "--lifetime", "10m", "--revoke-previous");
        JMeterRun started =
            JMeterRun.in(
                    Layout.build().resolve("system").resolve("elements-example"),
                    Layout.example("elements"))
                .against(server)
                .set("api.protocol", "http")
                .set("threads", THREADS)
                .set("duration", LIMIT.toSeconds())
                .start()) {
      server.await("the load to run", LIMIT, counts -> counts.apiOk() > THREADS);
      started.shutdown();
      FinishedRun run = started.finish(LIMIT);
      assertEquals(0, run.exitCode(), "exit code");
      assertEquals(0, run.results().failed().size(), () -> "failed: " + run.results().failures());
      assertEquals(1, server.counts().tokenRequests(), "token requests");
      assertEquals(0, server.counts().unauthenticated(), "requests without a token");
    }
  }

  @Test
  void nothingIsSentWhileTheApiAsksToWait() {
    try (AuthServer server = limited("elements-429")) {
      FinishedRun run = throttled("elements-429", server).run(LIMIT);
      theWaitWasKept(run, server.counts());
      assertTrue(run.summaries("demo").get(0).contains("paused"), run::log);
    }
  }

  @Test
  void controlWithoutTheTimerRequestsAreSentInsideTheWait() {
    try (AuthServer server = limited("elements-429-control")) {
      FinishedRun run =
          throttled("elements-429-control", server)
              .profile("idle", "token_url", server.tokenUrl())
              .profile("idle", "client_id", "another")
              .profile("idle", "client_secret", "secret")
              .set("profile", "demo")
              .set("timer.profile", "idle")
              .run(LIMIT);
      Control.fails("inside Retry-After", () -> theWaitWasKept(run, server.counts()));
    }
  }

  private static AuthServer limited(String name) {
    return AuthServer.start(name, "--lifetime", "10m", "--api-rate-limit", "60/2s");
  }

  private static JMeterRun.Builder throttled(String name, AuthServer server) {
    return plan(name, server)
        .recordsReadTimes()
        .profile("demo", "rate_headers", "false")
        .set("loops", 10)
        // The server excuses what comes within 250 ms of a wait; the load lasts four times as long.
        .set("pause.min", 100);
  }

  private static void theWaitWasKept(FinishedRun run, Counts counts) {
    assertEquals(0, run.exitCode(), "exit code");
    assertEquals(200, run.results().count(), "samples");
    assertTrue(counts.apiThrottled() > 0, "never throttled: " + counts);
    assertEquals(0, counts.apiInsideRetryAfter(), "API requests inside Retry-After");
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void aTokenRevokedUnderWayCostsOneRefreshAndWithReplayNoSample(boolean replay) {
    String name = "elements-revoked-" + replay;
    try (AuthServer server = AuthServer.start(name, "--lifetime", "10m");
        JMeterRun started = plan(name, server).set("pause.min", 20).set("replay", replay).start()) {
      server.await("the load to run", LIMIT, counts -> counts.apiOk() >= 3 * THREADS);
      server.revoke();
      server.await("a second token", LIMIT, counts -> counts.minted() >= 2);
      long sofar = server.counts().apiOk();
      server.await("the load to go on", LIMIT, counts -> counts.apiOk() >= sofar + 30 * THREADS);
      started.shutdown();
      FinishedRun run = started.finish(LIMIT);
      Counts counts = server.counts();
      long refused = counts.unauthorized();
      assertTrue(refused > 0, "nobody was refused");
      assertEquals(2, counts.tokenRequests(), "token requests");
      long served = counts.apiOk() + (replay ? 0 : refused);
      assertEquals(served, samples(run, "api").size(), "samples");
      assertEquals(replay ? 0 : refused, failed(run, "api"), "failed samples");
      // Both tries are told beside the sample, as JMeter tells the hops of a redirect.
      assertEquals(replay ? refused : 0, failed(run, "api-0"), "first tries");
      assertEquals(replay ? refused : 0, samples(run, "api-1").size(), "second tries");
    }
  }

  @Test
  void aRedirectThatTakesTheTokenToAnotherPortIsToldOnceAndCounted() {
    try (AuthServer server = AuthServer.start("elements-stray");
        RedirectingApi api = new RedirectingApi(server.apiUrl())) {
      FinishedRun run = plan("elements-stray", server).api(api.url()).set("loops", 2).run(LIMIT);
      assertEquals(0, run.results().failed().size(), () -> "failed: " + run.results().failures());
      assertEquals(40, server.counts().apiOk(), "requests that took the token along");
      String told = "took the token from " + origin(api.url()) + " to " + origin(server.apiUrl());
      assertEquals(1, run.log().split(told, -1).length - 1, run::log);
      String summary = run.summaries("demo").get(0);
      assertTrue(summary.contains("token sent to other hosts 40"), summary);
    }
  }

  @Test
  void withAllowedHostsTheTokenIsNotTakenAlong() {
    try (AuthServer server = AuthServer.start("elements-allowed", "--lifetime", "10m");
        RedirectingApi api = new RedirectingApi(server.apiUrl())) {
      FinishedRun run =
          plan("elements-allowed", server)
              .api(api.url())
              .profile("demo", "allowed_hosts", "127.0.0.1:" + api.url().getPort())
              .set("loops", 2)
              .run(LIMIT);
      assertEquals(0, server.counts().apiOk(), "requests that took the token along");
      assertEquals(40, api.authorized(), "requests to the sampler's own URL with the token");
      assertEquals(40, failed(run, "api"), "the API wants a token there");
      assertEquals(1, server.counts().tokenRequests(), "a 401 without a token refreshes nothing");
      String summary = run.summaries("demo").get(0);
      assertTrue(summary.contains("sent without token for allowed_hosts 40"), summary);
    }
  }

  private static List<Sample> samples(FinishedRun run, String label) {
    return run.results().samples().stream().filter(s -> s.label().equals(label)).toList();
  }

  private static long failed(FinishedRun run, String label) {
    return samples(run, label).stream().filter(sample -> !sample.success()).count();
  }

  private static String origin(URI url) {
    return "http://" + url.getHost() + ":" + url.getPort();
  }

  @Test
  void maskedResultsHoldNoToken() {
    try (AuthServer server = AuthServer.start("elements-masked")) {
      FinishedRun run = saved("elements-masked", server).set("mask", true).run(LIMIT);
      noTokenIsSaved(run);
      assertTrue(run.jtl().contains("Authorization: ***"), "no header was saved");
    }
  }

  @Test
  void controlResultsThatAreNotMaskedHoldTheToken() {
    try (AuthServer server = AuthServer.start("elements-unmasked")) {
      FinishedRun run = saved("elements-unmasked", server).run(LIMIT);
      Control.fails("a token is in the results", () -> noTokenIsSaved(run));
    }
  }

  private static JMeterRun.Builder saved(String name, AuthServer server) {
    return plan(name, server)
        .set("loops", 2)
        .set("jmeter.save.saveservice.output_format", "xml")
        .set("jmeter.save.saveservice.requestHeaders", true);
  }

  private static void noTokenIsSaved(FinishedRun run) {
    assertTrue(run.jtl().contains("<requestHeader"), "no request headers in the results");
    assertFalse(run.jtl().contains("Bearer "), "a token is in the results");
  }

  @ParameterizedTest
  @CsvSource({
    // the policy, and then of five threads with two loops each: samples, failed ones, API requests
    "fail_sample, 10, 10, 0",
    "send_without, 10, 10, 10",
    "stop_thread, 5, 5, 0",
  })
  void eachWayToGoOnWithoutATokenIsInTheResults(
      String policy, int samples, int failed, int requests) {
    String name = "elements-" + policy;
    try (AuthServer server = AuthServer.start(name)) {
      FinishedRun run = refused(name, server, policy).set("threads", 5).run(LIMIT);
      assertEquals(samples, run.results().count(), "samples");
      assertEquals(failed, run.results().failed().size(), "failed samples");
      assertEquals(requests, server.counts().apiRequests(), "API requests");
      for (Sample sample : run.results().failed()) {
        boolean told = sample.message().contains("CREDENTIAL_REJECTED");
        assertEquals(requests == 0, told, "message: " + sample);
      }
    }
  }

  @Test
  void aTestThatIsToStopWithoutATokenStopsAndSaysWhy() {
    try (AuthServer server = AuthServer.start("elements-stop-test")) {
      FinishedRun run =
          refused("elements-stop-test", server, "stop_test")
              .set("threads", 5)
              .set("loops", -1)
              .run(LIMIT);
      // The load has no end of its own. Until JMeter has stopped its threads, each fails once a
      // second.
      long count = run.results().count();
      double seconds = count / run.results().throughput();
      assertTrue(
          count >= 1 && count <= 5 * (seconds + 2), "samples: " + count + " in " + seconds + " s");
      assertEquals(count, run.results().failed().size(), "failed samples");
      assertTrue(run.log().contains("Stopping the test (on_token_failure=stop_test)"), run::log);
      assertEquals(0, server.counts().apiRequests(), "API requests");
    }
  }

  private static JMeterRun.Builder refused(String name, AuthServer server, String policy) {
    return plan(name, server)
        .profile("demo", "client_secret", "wrong")
        .profile("demo", "on_token_failure", policy)
        .set("loops", 2);
  }

  @Test
  void blankMeansNoneWhereThereAreSeveralAndEverySampleSaysSo() {
    try (AuthServer server = AuthServer.start("elements-several")) {
      FinishedRun run =
          plan("elements-several", server)
              .profile("other", "token_url", server.tokenUrl())
              .set("threads", 2)
              .set("loops", 2)
              .run(LIMIT);
      assertEquals(4, run.results().failed().size(), "failed samples");
      for (Sample sample : run.results().failed()) {
        assertTrue(sample.message().contains("several profiles (demo, other)"), "" + sample);
      }
      assertEquals(0, server.counts().apiRequests(), "API requests");
    }
  }

  @Test
  void withoutTheNativeLibraryEverySampleFailsAndSaysWhatToDo() {
    try (AuthServer server = AuthServer.start("elements-no-native")) {
      FinishedRun run =
          plan("elements-no-native", server)
              .jvm("-Dtollgate.native.path=/nonexistent")
              .set("threads", 5)
              .set("loops", 2)
              .run(LIMIT);
      assertEquals(0, run.exitCode(), "exit code");
      assertEquals(10, run.results().failed().size(), "failed samples");
      for (Sample sample : run.results().samples()) {
        assertTrue(sample.message().contains("NATIVE_UNAVAILABLE"), "message: " + sample);
      }
      assertEquals(0, server.counts().apiRequests(), "API requests without a token");
    }
  }

  @Test
  void theSecondRunInOneJvmUsesTheTokenOfTheFirst() {
    try (AuthServer server = AuthServer.start("elements-twice", "--lifetime", "10m")) {
      FinishedRun run = plan("elements-twice", server).embedded(2).set("loops", 2).run(LIMIT);
      assertEquals(80, run.results().count(), "samples of both runs");
      assertEquals(0, run.results().failed().size(), () -> "failed: " + run.results().failures());
      assertEquals(1, server.counts().tokenRequests(), "token requests");
      assertEquals(2, run.summaries("demo").size(), "summary lines, one for each run");
    }
  }

  @Test
  void aPlanWithoutTollgateSendsTheSameBytesWithTheJarAndWithoutIt() {
    assertEquals(bytesSent(JMeterHome.untouched()), bytesSent(JMeterHome.withTollgate()));
  }

  private static String bytesSent(JMeterHome home) {
    try (RecordingApi api = new RecordingApi()) {
      FinishedRun run =
          JMeterRun.of("plain", "plain.jmx")
              .home(home)
              .api(api.url())
              .set("threads", 1)
              .set("loops", 3)
              .run(LIMIT);
      assertEquals(3, run.results().count(), "samples");
      assertEquals(0, run.results().failed().size(), () -> "failed: " + run.results().failures());
      String sent = api.received();
      assertTrue(sent.contains("X-Plan: of the plan"), sent);
      return sent.replace(":" + api.url().getPort(), ":port");
    }
  }
}
