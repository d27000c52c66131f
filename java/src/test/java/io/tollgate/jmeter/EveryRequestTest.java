package io.tollgate.jmeter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.testing.Api;
import io.tollgate.testing.Plan;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import io.tollgate.testing.Until;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.control.HeaderManager;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.apache.jmeter.samplers.SampleResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes over the wire when JMeter itself runs the plan. */
class EveryRequestTest {
  private static final long FOUR_SECONDS = TimeUnit.SECONDS.toNanos(4);

  private TokenServer server;
  private Map<String, Object> settings;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    settings = server.settings();
    settings.put("tenant_header", "X-Tenant: acme");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void redirectsAndEmbeddedResourcesHaveTokenAndTenantAndThePlanKeepsItsHeaders() {
    Credential credential = Tollgate.define(Plugin.newName(), settings);
    HeaderManager ofThePlan = Api.headers(new Header("X-Tenant", "of the plan"));
    for (boolean inParallel : new boolean[] {false, true}) {
      // JMeter's download threads inherit the connections of the thread that made them, which
      // closes
      // them at its end: with a second thread, downloads of a plan without Tollgate fail now and
      // then.
      int threads = inParallel ? 1 : 3;
      try (Api api = new Api()) {
        HTTPSamplerProxy sampler = api.sampler("/start");
        sampler.setImageParser(true);
        sampler.setConcurrentDwn(inParallel);
        List<SampleResult> results =
            Plan.of(sampler)
                .with(ofThePlan)
                .before(credential::authorize)
                .after(credential::report)
                .threads(threads)
                .loops(6 / threads)
                .run();
        assertEquals(6, results.size());
        for (SampleResult result : results) {
          assertTrue(result.isSuccessful(), result.getResponseMessage());
        }
        List<String> expected =
            Arrays.asList("/start", "/page", "/a.png", "/b.png").stream()
                .flatMap(path -> Collections.nCopies(6, path).stream())
                .map(path -> path + " Bearer " + server.token(1) + " acme")
                .sorted()
                .collect(Collectors.toList());
        assertEquals(expected, api.requests().stream().sorted().collect(Collectors.toList()));
      }
    }
    assertEquals(1, ofThePlan.size());
    assertEquals("of the plan", ofThePlan.get(0).getValue());
  }

  @Test
  void eachUsersRequestsCarryThatUsersToken() {
    Credential profile = Tollgate.define(Plugin.newName(), settings);
    AtomicInteger next = new AtomicInteger();
    ThreadLocal<Credential> user = new ThreadLocal<>();
    Map<String, String> tokens = new ConcurrentHashMap<>();
    try (Api api = new Api()) {
      Plan.of(api.sampler("/x"))
          .before(
              sampler -> {
                int number = next.getAndIncrement() % 5;
                user.set(profile.forUser("user" + number, "pw"));
                user.get().authorize(sampler);
                sampler.setProperty("HTTPSampler.path", "/user" + number);
              })
          .after(result -> user.get().report(result))
          .threads(10)
          .loops(10)
          .run();
      for (String request : api.requests()) {
        String[] parts = request.split(" ");
        assertEquals("acme", parts[3], request);
        String before = tokens.putIfAbsent(parts[0], parts[2]);
        assertTrue(before == null || before.equals(parts[2]), request);
      }
      assertEquals(100, api.requests().size());
      assertEquals(5, tokens.size());
      assertEquals(5, tokens.values().stream().distinct().count());
      assertEquals(5, server.requests());
    }
  }

  /**
   * A server that revokes the previous token, samples that fail in every way, some of them never
   * reported: no request meets a dead token, and no drain waits for a send that is over.
   */
  @Test
  void aDrainCostsNoRequestAndMissesNoEndOfOne() {
    settings.put("refresh", "drain");
    settings.put("refresh_interval", "1s");
    settings.put("drain_timeout", "1m"); // one lost end would stop the run, and be cut off in it
    long start = System.nanoTime();
    AtomicInteger answered = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    Credential credential = Tollgate.define(Plugin.newName(), settings);
    try (Api api =
        new Api(
            exchange -> {
              boolean dead = !isNewest(exchange);
              refused.addAndGet(dead ? 1 : 0);
              int number = answered.incrementAndGet();
              return dead ? 401 : number % 7 == 0 ? 500 : number % 11 == 0 ? 0 : 200;
            })) {
      List<SampleResult> results =
          Plan.of(api.sampler("/x"))
              .before(credential::authorize)
              .after(
                  result -> {
                    if (answered.get() % 3 != 0) {
                      credential.report(result);
                    }
                    // At least four seconds: a slow machine has its drains and samples later.
                    boolean isEnough = server.requests() >= 4 && answered.get() > 100;
                    result.setStopThread(isEnough && System.nanoTime() - start > FOUR_SECONDS);
                  })
              .threads(4)
              .seconds(120)
              .run();
      assertTrue(results.size() > 100, "samples: " + results.size());
      assertTrue(results.stream().anyMatch(result -> !result.isSuccessful()));
      assertEquals(0, refused.get(), "requests with a dead token");
      assertTrue(server.requests() >= 4, "tokens: " + server.requests());
      String status = credential.status();
      assertTrue(status.contains("\"cut_off\":0"), status);
      Until.holds(
          "each token but the first came by a drain",
          () -> credential.status().contains("\"drains\":" + (server.requests() - 1) + ","));
    }
  }

  /** Whether a request has the token that the server minted last. */
  private boolean isNewest(HttpExchange exchange) {
    return Api.header(exchange, "Authorization")
        .equals("Bearer " + server.token(server.requests()));
  }
}
