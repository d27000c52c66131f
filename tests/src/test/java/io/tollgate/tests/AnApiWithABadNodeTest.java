package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * One node of an API, behind a balancer, answers 401 to good tokens. The load goes on, hardly any
 * token is minted for it, and a real revocation is still noticed.
 *
 * <p>Four APIs with a token server each, under forty threads each in one JMeter: of the answers of
 * one none is such a 401, of the others 0.1, 1 and 5 %.
 */
class AnApiWithABadNodeTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int THREADS_EACH = 40;

  /** As many as a minute may see: a busy machine needs more than one for as many answers. */
  private static final int MOST_TOKEN_REQUESTS_A_MINUTE = 4;

  /** What a thread or a server that waits for a processor keeps from an API in a second. */
  private static final int ANSWERS_A_SECOND = 400;

  /** The longest wait for a processor that is taken into account. */
  private static final Duration MOST_EXCUSED = Duration.ofSeconds(5);

  /** 20 s of 40 threads that pause 100 ms. */
  private static final int ANSWERS_EACH = 8_000;

  /**
   * Answers of the dead token before the next is asked for: what 250 ms bring at 400 requests a
   * second, and one for each thread that was under way.
   */
  private static final int MOST_REFUSED = 100 + THREADS_EACH;

  @Test
  void theLoadGoesOnAndARevocationIsNoticed() {
    List<ApiOfNodes> apis =
        List.of(
            ApiOfNodes.start("0%"),
            ApiOfNodes.start("0.1%"),
            ApiOfNodes.start("1%"),
            ApiOfNodes.start("5%"));
    try (JMeterRun run = load(apis)) {
      run.awaitStart();
      long start = System.nanoTime();
      CpuWait cpuWait = CpuWait.start();
      for (ApiOfNodes api : apis) {
        api.server.await(
            api + ": the load",
            LIMIT,
            counts -> counts.apiOk() + counts.unauthorized() >= ANSWERS_EACH);
      }
      List<Counts> counts =
          apis.stream().map(api -> api.server.counts()).collect(Collectors.toList());
      long minutes = Duration.ofNanos(System.nanoTime() - start).toMinutes() + 1;
      long excused = excused(cpuWait);
      List<Executable> checks = new ArrayList<>();
      for (int i = 0; i < apis.size(); i++) {
        ApiOfNodes api = apis.get(i);
        Counts own = counts.get(i);
        long undisturbed = counts.get(0).apiOk() + counts.get(0).unauthorized();
        long answered = own.apiOk() + own.unauthorized();
        System.out.println(
            api + ": " + answered + " answers, " + own.tokenRequests() + " token requests");
        checks.add(() -> api.heldItsToken(own, minutes));
        checks.add(
            () ->
                assertTrue(
                    answered >= 0.95 * undisturbed - excused,
                    api + ": " + answered + " answers, " + undisturbed + " where no node is bad"));
      }
      assertAll(checks);
      for (ApiOfNodes api : apis) {
        api.noticesARevocation();
      }
      run.shutdown();
      run.finish(LIMIT);
    } finally {
      apis.forEach(ApiOfNodes::close);
    }
  }

  /** How many answers a busy machine may have cost one API and not another. */
  private static long excused(CpuWait cpuWait) {
    Duration waited = cpuWait.soFar();
    Duration most = waited.compareTo(MOST_EXCUSED) < 0 ? waited : MOST_EXCUSED;
    return ANSWERS_A_SECOND * most.toMillis() / 1000;
  }

  private static JMeterRun load(List<ApiOfNodes> apis) {
    JMeterRun.Builder builder =
        JMeterRun.of("bad-node", "load.jmx")
            .recordsReadTimes()
            .against(apis.get(0).server)
            .scripts("nodes-before", "tollgate-profiles-after")
            .set(
                "profiles", apis.stream().map(ApiOfNodes::profile).collect(Collectors.joining(",")))
            .set(
                "api.ports",
                apis.stream()
                    .map(api -> String.valueOf(api.server.apiUrl().getPort()))
                    .collect(Collectors.joining(",")))
            .set("threads", THREADS_EACH * apis.size())
            .set("loops", -1)
            .set("duration", 300)
            .set("pause.min", 100)
            .set("pause.max", 100);
    for (ApiOfNodes api : apis) {
      builder
          .profile(api.profile(), "token_url", api.server.tokenUrl())
          .profile(api.profile(), "client_id", AuthServer.CLIENT_ID)
          .profile(api.profile(), "client_secret", AuthServer.CLIENT_SECRET);
    }
    return builder.start();
  }

  /** An API of which this share of the answers is a 401 that no token deserves. */
  private static final class ApiOfNodes {
    private final String share;
    private final AuthServer server;

    private ApiOfNodes(String share, AuthServer server) {
      this.share = share;
      this.server = server;
    }

    static ApiOfNodes start(String share) {
      return new ApiOfNodes(
          share,
          AuthServer.start(
              "bad-node-" + share.replace("%", ""),
              "--lifetime",
              "1h",
              "--latency-before",
              "300ms",
              "--api-fault",
              "status:401",
              "--api-fault-for",
              "0",
              "--api-fault-share",
              share));
    }

    String profile() {
      return "share" + share.replaceAll("\\D", "");
    }

    void heldItsToken(Counts counts, long minutes) {
      assertTrue(
          counts.tokenRequests() <= MOST_TOKEN_REQUESTS_A_MINUTE * minutes,
          this + ": " + counts.tokenRequests() + " token requests");
      assertEquals(0, counts.avoidable(), this + ": avoidable 401s");
      assertEquals(0, counts.unauthenticated(), this + ": requests without a token");
    }

    /** At its usual latency a token request would leave its mark among the refused ones. */
    void noticesARevocation() {
      server.set(Map.of("latency_before", "0"));
      Counts before = server.counts();
      CpuWait cpuWait = CpuWait.start();
      server.revoke();
      server.await(this + ": a new token", LIMIT, counts -> counts.minted() > before.minted());
      server.await(
          this + ": the load to go on",
          LIMIT,
          counts -> counts.apiOk() >= before.apiOk() + 2 * THREADS_EACH);
      long refused = server.counts().unavoidable() - before.unavoidable();
      System.out.println(this + ": " + refused + " refused after a revocation");
      assertTrue(
          refused <= MOST_REFUSED + excused(cpuWait),
          this + ": refused after a revocation: " + refused);
    }

    void close() {
      server.close();
    }

    @Override
    public String toString() {
      return share + " of the answers 401";
    }
  }
}
