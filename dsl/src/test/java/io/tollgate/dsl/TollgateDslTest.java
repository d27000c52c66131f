package io.tollgate.dsl;

import static io.tollgate.dsl.TollgateDsl.tollgateAuthorization;
import static io.tollgate.dsl.TollgateDsl.tollgateBackoffTimer;
import static io.tollgate.dsl.TollgateDsl.tollgateCredential;
import static io.tollgate.dsl.TollgateDsl.tollgateFeedback;
import static io.tollgate.dsl.TollgateDsl.tollgateTokenSampler;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static us.abstracta.jmeter.javadsl.JmeterDsl.httpSampler;
import static us.abstracta.jmeter.javadsl.JmeterDsl.testPlan;
import static us.abstracta.jmeter.javadsl.JmeterDsl.threadGroup;

import io.tollgate.tests.AuthServer;
import io.tollgate.tests.Counts;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import us.abstracta.jmeter.javadsl.core.TestPlanStats;

/** Plans of the DSL, run by its embedded engine against a server that counts. */
class TollgateDslTest {
  private static final int THREADS = 5;
  private static final int LOOPS = 4;

  /** Its tokens outlive the test on the slowest machine: no refresh is counted. */
  private static AuthServer server(String name) {
    return AuthServer.start(name, "--lifetime", "1h");
  }

  private static TollgateCredential credential(String profile, AuthServer server) {
    return tollgateCredential(profile)
        .tokenUrl(server.tokenUrl().toString())
        .clientId(AuthServer.CLIENT_ID)
        .clientSecret(AuthServer.CLIENT_SECRET)
        .setting("token_timeout", Duration.ofMinutes(1));
  }

  @Test
  void allThreadGroupsShareTheTokenOfOneRequest() throws IOException {
    try (AuthServer server = server("dsl")) {
      TestPlanStats stats =
          testPlan(
                  credential("dsl", server),
                  tollgateAuthorization("dsl"),
                  tollgateBackoffTimer(),
                  tollgateFeedback().maskTokens(),
                  threadGroup(THREADS, LOOPS, httpSampler("api", server.apiUrl().toString())),
                  threadGroup(1, 1, tollgateTokenSampler("token", "dsl")))
              .run();
      assertEquals(0, stats.overall().errorsCount());
      assertEquals(THREADS * LOOPS, stats.byLabel("api").samplesCount());
      assertEquals(1, stats.byLabel("token").samplesCount());
      Counts counts = server.counts();
      assertEquals(1, counts.tokenRequests());
      assertEquals(THREADS * LOOPS, counts.apiOk());
    }
  }

  @Test
  void aRevokedTokenIsReplacedOnceItsRejectionIsReported() throws IOException {
    try (AuthServer server = server("dsl-revoked")) {
      TollgateAuthorization authorization = tollgateAuthorization("revoked");
      String api = server.apiUrl().toString();
      testPlan(
              credential("revoked", server),
              authorization,
              tollgateFeedback(),
              threadGroup(1, 1, httpSampler(api)))
          .run();
      server.revoke();
      TestPlanStats stats =
          testPlan(
                  credential("revoked", server),
                  authorization,
                  tollgateFeedback().replayRejected(),
                  threadGroup(1, 2, httpSampler(api)))
              .run();
      assertEquals(0, stats.overall().errorsCount(), "the rejected one was sent again");
      Counts counts = server.counts();
      assertEquals(2, counts.tokenRequests());
      assertEquals(1, counts.unauthorized());
    }
  }

  @Test
  void whatIsWrongInAProfileIsTheMessageOfItsSamples() throws IOException {
    try (AuthServer server = server("dsl-wrong")) {
      TestPlanStats stats =
          testPlan(
                  credential("wrong", server).setting("scoope", "read"),
                  tollgateAuthorization("wrong"),
                  threadGroup(1, 2, httpSampler(server.apiUrl().toString())))
              .run();
      assertEquals(2, stats.overall().errorsCount());
      assertEquals(0, server.counts().apiRequests());
      assertEquals(0, server.counts().tokenRequests());
    }
  }

  @Test
  void blankNamesAndNegativeDurationsAreRefusedAtOnce() {
    assertThrows(IllegalArgumentException.class, () -> tollgateCredential(" "));
    assertThrows(IllegalArgumentException.class, () -> tollgateCredential(null));
    assertThrows(
        IllegalArgumentException.class, () -> tollgateCredential("a").setting("", "value"));
    assertThrows(
        IllegalArgumentException.class,
        () -> tollgateCredential("a").setting("token_timeout", Duration.ofMillis(-1)));
  }
}
