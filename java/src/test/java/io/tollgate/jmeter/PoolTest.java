package io.tollgate.jmeter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.testing.Api;
import io.tollgate.testing.Plan;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import io.tollgate.testing.Until;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.apache.jmeter.samplers.Sampler;
import org.apache.jmeter.threads.JMeterContext;
import org.apache.jmeter.threads.JMeterContextService;
import org.apache.jmeter.threads.ThreadGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several tokens in one profile, as JMeter's threads meet them. */
class PoolTest {
  private TokenServer server;
  private Map<String, Object> settings;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    settings = server.settings();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** Authorizes a sampler, and lets each of its requests tell the thread whose they are. */
  private static void authorize(Credential credential, Sampler sampler) {
    credential.authorize(sampler);
    int number = JMeterContextService.getContext().getThreadNum();
    ((HTTPSamplerBase) sampler).getHeaderManager().add(new Header("X-Tenant", "t" + number));
  }

  /** The one token of each thread. */
  private static Map<String, String> tokensByThread(Api api) {
    Map<String, String> tokens = new ConcurrentHashMap<>();
    for (String request : api.requests()) {
      String[] parts = request.split(" ");
      String before = tokens.putIfAbsent(parts[3], parts[2]);
      assertTrue(before == null || before.equals(parts[2]), request + " after " + before);
    }
    return tokens;
  }

  @Test
  void eachThreadKeepsItsTokenAndThreadsThatDownloadForItHaveIt() {
    settings.put("pool", 4);
    Credential credential = Tollgate.define(Plugin.newName(), settings);
    try (Api api = new Api()) {
      HTTPSamplerProxy sampler = api.sampler("/start");
      sampler.setImageParser(true);
      sampler.setConcurrentDwn(true);
      Plan.of(sampler)
          .before(one -> authorize(credential, one))
          .after(credential::report)
          .threads(8)
          .loops(5)
          .run();
      Map<String, String> tokens = tokensByThread(api);
      assertEquals(8, tokens.size());
      assertEquals(4, new HashSet<>(tokens.values()).size());
      for (String token : tokens.values()) {
        assertEquals(2, Collections.frequency(tokens.values(), token), "evenly: " + tokens);
      }
      assertTrue(api.requests().stream().filter(one -> one.startsWith("/a.png")).count() >= 20);
    }
    assertEquals(4, server.requests());
    assertTrue(credential.status().contains("\"slot\":4,\"state\":\"valid\""), credential.status());
  }

  @Test
  void aThreadIsItsNumberAndItsGroupAndNotTheJvmsThread() throws InterruptedException {
    JMeterHost host = new JMeterHost();
    JMeterContext context = JMeterContextService.getContext();
    Set<Long> keys = new HashSet<>();
    try {
      for (String name : new String[] {"one", "another"}) {
        ThreadGroup group = new ThreadGroup();
        group.setName(name);
        context.setThreadGroup(group);
        for (int number = 0; number < 3; number++) {
          context.setThreadNum(number);
          assertEquals(host.threadKey(), host.threadKey());
          keys.add(host.threadKey());
          long[] downloads = new long[1];
          Thread thread =
              new Thread(
                  () -> {
                    JMeterContextService.replaceContext(context); // as JMeter does
                    downloads[0] = host.threadKey();
                  });
          thread.start();
          thread.join();
          assertEquals(host.threadKey(), downloads[0]);
        }
      }
    } finally {
      context.setThreadGroup(null);
      context.setThreadNum(0);
    }
    assertEquals(6, keys.size());
    assertEquals(host.threadKey(), host.threadKey());
  }

  @Test
  void aRefusedTokenIsThatOfItsSlotWhetherTheHeaderIsRecordedOrOnlyStamped() {
    settings.put("pool", 3);
    for (boolean recorded : new boolean[] {true, false}) {
      settings.put("scope", "recorded-" + recorded); // other tokens than the round before
      Credential credential = Tollgate.define(Plugin.newName(), settings);
      int before = server.requests();
      Map<String, String> first = new ConcurrentHashMap<>(); // of each thread, and it is refused
      try (Api api =
          new Api(
              exchange -> {
                String token = Api.header(exchange, "Authorization");
                first.putIfAbsent(Api.header(exchange, "X-Tenant"), token);
                return first.containsValue(token) ? 401 : 200;
              })) {
        Plan.of(api.sampler("/x"))
            .before(one -> authorize(credential, one))
            .after(
                result -> {
                  if (!recorded) {
                    result.setRequestHeaders("");
                  }
                  credential.report(result);
                })
            .threads(3)
            .loops(20)
            .run();
        Set<String> tokens = new HashSet<>();
        api.requests().forEach(request -> tokens.add(request.split(" ")[2]));
        assertEquals(6, tokens.size(), "each anew");
      }
      assertEquals(before + 6, server.requests());
      assertTrue(credential.status().contains("\"rejected\":3,"), credential.status());
    }
  }

  @Test
  void aThreadWhoseClientIsThrottledDoesNotPauseWhileAnotherIsFree() {
    settings.put("client_secret.2", "other-secret");
    JMeterContext context = JMeterContextService.getContext();
    context.setThreadGroup(new ThreadGroup());
    try {
      for (int number = 0; number < 2; number++) { // each of the clients is the home of one
        context.setThreadNum(number);
        settings.put("client_id", "home-" + number); // a limit holds in every profile of a client
        settings.put("client_id.2", "other-" + number);
        int before = server.requests();
        Credential credential = Tollgate.define(Plugin.newName(), settings);
        Map<String, String> wait = Collections.singletonMap("Retry-After", "60");
        String first = credential.token();
        assertEquals(first, credential.token());
        credential.report(429, wait, first);
        assertEquals(0, credential.pauseMillis());
        assertEquals(0, credential.pause());
        String second = credential.token();
        assertNotEquals(first, second);
        credential.report(429, wait, second);
        assertTrue(credential.pauseMillis() > 30_000, "both are throttled: " + credential.status());
        assertEquals(first, credential.token(), "it waits at home");
        assertEquals(before + 2, server.requests());
      }
    } finally {
      context.setThreadGroup(null);
      context.setThreadNum(0);
    }
  }

  @Test
  void aPauseEndsWhenAnotherClientIsFree() throws InterruptedException {
    settings.put("client_id.2", "other");
    settings.put("client_secret.2", "other-secret");
    settings.put("max_pause", "40s");
    Credential credential = Tollgate.define(Plugin.newName(), settings);
    String first = credential.token();
    credential.report(429, Collections.singletonMap("Retry-After", "600"), first);
    String second = credential.token();
    long closed = System.nanoTime();
    credential.report(429, Collections.singletonMap("Retry-After", "1"), second);
    long paused = credential.pause();
    long since = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - closed);
    // A thread that came to its pause a second late had nothing to wait for.
    assertTrue(paused > 0 || since >= 1000, "paused " + paused + " ms of " + since);
    assertTrue(paused < 30_000, "paused " + paused + " ms");
    Until.holds("the other client serves", () -> credential.token().equals(second));
  }
}
