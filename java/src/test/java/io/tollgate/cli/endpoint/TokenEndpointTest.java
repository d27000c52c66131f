package io.tollgate.cli.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import io.tollgate.testing.Until;
import io.tollgate.text.JsonReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.jmeter.threads.JMeterContextService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs get that ask {@code serve} for tokens; the server behind it counts. */
class TokenEndpointTest {
  private static final String SECRET = "a secret: of 100 % + more";

  @TempDir Path temp;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private TokenServer server;
  private TokenEndpoint endpoint;
  private String name;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    name = Plugin.newName();
  }

  @AfterEach
  void stop() {
    endpoint.close();
    server.close();
    threads.shutdownNow();
    JMeterContextService.endTest();
  }

  /** Serves the profile of the server, with more settings as {@code key=value}. */
  private void serve(Clients clients, String... more) throws IOException {
    Map<String, Object> settings = new HashMap<>(server.settings());
    for (String setting : more) {
      String[] parts = setting.split("=", 2);
      settings.put(parts[0], parts[1]);
    }
    Tollgate.define(name, settings);
    ServedProfile profile = new ServedProfile(name);
    assertNull(profile.fault());
    endpoint =
        new TokenEndpoint(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            null,
            clients,
            Collections.singleton(profile));
  }

  private String url(String path) {
    return "http://127.0.0.1:" + endpoint.address().getPort() + path;
  }

  private Clients oneClient() throws IOException {
    Clients clients = new Clients();
    Path file = temp.resolve("secret");
    Files.write(file, (SECRET + "\n").getBytes(StandardCharsets.UTF_8));
    clients.add("injectors", "file:" + file);
    return clients;
  }

  private List<Asked> together(int count, Callable<Asked> asking) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(count);
    List<Future<Asked>> futures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      futures.add(
          threads.submit(
              () -> {
                barrier.await();
                return asking.call();
              }));
    }
    List<Asked> answers = new ArrayList<>();
    for (Future<Asked> future : futures) {
      answers.add(future.get());
    }
    return answers;
  }

  private Map<String, Object> health() {
    Asked health = Asked.get(url("/health"));
    assertEquals(200, health.status, health::toString);
    return JsonReader.object(JsonReader.object(health.body.get("profiles")).get(name));
  }

  private long served() {
    return ((Double) health().get("served")).longValue();
  }

  @Test
  void oneTokenServesAllThatAsk() throws Exception {
    serve(new Clients(), "scope=calls admin");
    for (Asked answer : together(32, () -> Asked.token(url("/token")))) {
      assertEquals(200, answer.status, answer::toString);
      assertEquals(server.token(1), answer.text("access_token"));
      assertEquals("Bearer", answer.text("token_type"));
      assertEquals("calls admin", answer.text("scope"));
      assertTrue(answer.number("expires_in") < 3600, answer::toString);
      assertTrue(answer.number("expires_in") > 3000, answer::toString);
      assertEquals("no-store", answer.header("Cache-Control"));
      assertEquals("application/json", answer.header("Content-Type"));
    }
    assertEquals(server.token(1), Asked.token(url("/" + name + "/token")).text("access_token"));
    assertEquals(1, server.requests());
    assertEquals(33, served());
  }

  @Test
  void whoIsNotKnownGetsNoToken() throws Exception {
    serve(oneClient());
    for (Asked refused :
        new Asked[] {
          Asked.token(url("/token")),
          Asked.token(url("/token"), "injectors:another"),
          Asked.token(url("/token"), "others:" + SECRET),
          Asked.post(
              url("/token"),
              "grant_type=client_credentials&client_id=injectors&client_secret=another"),
          Asked.post(url("/revoke"), "token=any"),
        }) {
      assertEquals(401, refused.status, refused::toString);
      assertEquals("invalid_client", refused.text("error"));
    }
    assertNotNull(Asked.token(url("/token"), "injectors:x").header("WWW-Authenticate"));
    assertEquals(0, server.requests());
    String encoded = "a+secret%3A+of+100+%25+%2B+more";
    for (Asked granted :
        new Asked[] {
          Asked.token(url("/token"), "injectors:" + SECRET),
          Asked.token(url("/token"), "injectors:" + encoded),
          Asked.post(
              url("/token"),
              "grant_type=client_credentials&client_id=injectors&client_secret=" + encoded),
        }) {
      assertEquals(200, granted.status, granted::toString);
    }
    assertEquals(1, server.requests());
  }

  /** Each answer names less life, none names none, and asking does not bring the next token. */
  @Test
  void expiresInIsWhatIsLeft() throws Exception {
    server.tokensLive("8");
    serve(new Clients(), "refresh=late");
    Map<String, Long> left = new HashMap<>();
    AtomicInteger asked = new AtomicInteger();
    Until.holds(
        "the second token, and one that was given twice",
        () -> {
          asked.incrementAndGet();
          Asked answer = Asked.token(url("/token"));
          assertEquals(200, answer.status, answer::toString);
          long now = answer.number("expires_in");
          Long before = left.put(answer.text("access_token"), now);
          assertTrue(now > 0 && now < 8 && (before == null || now <= before), answer::toString);
          return left.size() >= 2 && asked.get() > left.size();
        });
    assertEquals(asked.get(), served());
    assertEquals(left.size(), server.requests(), "one a token, however often it was asked for");
  }

  /** Tollgate as its client gets the same token back where it looks for the next. */
  @Test
  void aTollgateBehindItAsksOnceATokenAndNeverInALoop() throws Exception {
    server.tokensLive("8");
    serve(oneClient(), "refresh=late");
    String behind = Plugin.newName();
    Map<String, Object> settings = new HashMap<>();
    settings.put("token_url", url("/token"));
    settings.put("client_id", "injectors");
    settings.put("client_secret", "literal:" + SECRET);
    Credential injector = Tollgate.define(behind, settings);
    Set<String> tokens = new HashSet<>();
    Until.holds("the next token", () -> tokens.add(injector.token()) && tokens.size() == 2);
    // Once a token, once more where it learns that it gets the same, and where it is so late that
    // it gets one whose end it saw come.
    assertTrue(served() <= 3L * server.requests(), served() + " for " + server.requests());
  }

  @Test
  void aWaitOfTheServerIsPassedOn() throws Exception {
    server.answerWith(429);
    server.retryAfter("400");
    serve(new Clients());
    for (int i = 0; i < 3; i++) {
      Asked answer = Asked.token(url("/token"));
      assertEquals(429, answer.status, answer::toString);
      assertEquals("temporarily_unavailable", answer.text("error"));
      // What is left of it, and the slack.
      assertTrue(answer.retryAfter() > 0 && answer.retryAfter() <= 405, answer::toString);
      assertTrue(answer.text("error_description").startsWith("THROTTLED_UNTIL"), answer::toString);
    }
    assertEquals(1, server.requests());
  }

  @Test
  void aServerThatFailsIsNotTheClientsFault() throws Exception {
    server.answerWith(500);
    serve(new Clients(), "token_timeout=50ms", "backoff_base=1h");
    Asked answer = Asked.token(url("/token"));
    assertEquals(503, answer.status, answer::toString);
    assertTrue(answer.retryAfter() > 0, answer::toString);
  }

  @Test
  void aRefusalOfTheProfileIsNoRefusalOfTheClientsSecret() throws Exception {
    server.answerWith(401);
    serve(oneClient());
    for (int i = 0; i < 2; i++) {
      Asked answer = Asked.token(url("/token"), "injectors:" + SECRET);
      assertEquals(400, answer.status, answer::toString);
      assertEquals("unauthorized_client", answer.text("error"));
      assertTrue(answer.text("error_description").contains("CREDENTIAL_REJECTED"));
    }
    assertEquals(1, server.requests());
  }

  @Test
  void aTokenThatTheApiRefusedIsTakenBack() throws Exception {
    serve(new Clients());
    String first = Asked.token(url("/token")).text("access_token");
    for (int i = 0; i < 5; i++) {
      assertEquals(200, Asked.post(url("/revoke"), "token=" + first).status);
    }
    Asked next = Asked.token(url("/token"));
    assertNotEquals(first, next.text("access_token"));
    assertEquals(200, Asked.post(url("/revoke"), "token=" + first).status, "long forgotten");
    assertEquals(next.text("access_token"), Asked.token(url("/token")).text("access_token"));
    assertEquals(2, server.requests());
  }

  /** Nobody tells the endpoint of the 401s, so it gives the same token again. */
  @Test
  void aTollgateBehindItWhoseTokenTheApiRefusesAsksSeldom() throws Exception {
    serve(oneClient());
    Map<String, Object> settings = new HashMap<>();
    settings.put("token_url", url("/token"));
    settings.put("client_id", "injectors");
    settings.put("client_secret", "literal:" + SECRET);
    Credential injector = Tollgate.define(Plugin.newName(), settings);
    for (int i = 0; i < 500; i++) {
      String token = injector.token();
      assertEquals(server.token(1), token);
      injector.report(401, null, token);
    }
    // The distance doubles, so an hour has a dozen.
    assertTrue(served() <= 12, served() + " requests");
    assertEquals(1, server.requests());
  }

  @Test
  void requestsThatWaitKeepNobodyFromTheState() throws Exception {
    server.hold();
    serve(new Clients(), "token_timeout=10m", "request_timeout=10m");
    List<Future<Asked>> asked = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      asked.add(threads.submit(() -> Asked.token(url("/token"))));
    }
    // 240 wait, ten were sent away.
    Until.holds("ten answers", () -> asked.stream().filter(Future::isDone).count() == 10);
    assertEquals(0, served());
    server.release();
    int granted = 0;
    for (Future<Asked> each : asked) {
      Asked answer = each.get();
      granted += answer.status == 200 ? 1 : 0;
      assertTrue(answer.status == 200 || answer.status == 503, answer::toString);
    }
    assertEquals(240, granted);
    assertEquals(1, server.requests());
  }

  @Test
  void whatIsNoTokenRequestIsToldSo() throws Exception {
    serve(new Clients(), "scope=calls");
    String grant = "grant_type=client_credentials";
    assertError(400, "invalid_request", Asked.post(url("/token"), "scope=calls"));
    assertError(400, "unsupported_grant_type", Asked.post(url("/token"), "grant_type=password"));
    assertError(400, "invalid_request", Asked.post(url("/token"), grant + "&" + grant));
    assertError(400, "invalid_request", Asked.post(url("/token"), grant + "&a=%zz"));
    assertError(400, "invalid_scope", Asked.post(url("/token"), grant + "&scope=calls+admin"));
    assertError(404, "invalid_request", Asked.post(url("/other/token"), grant));
    assertError(405, "invalid_request", Asked.get(url("/token")));
    assertError(405, "invalid_request", Asked.post(url("/health"), grant));
    char[] large = new char[70_000];
    assertError(
        400, "invalid_request", Asked.post(url("/token"), grant + "&a=" + new String(large)));
    Map<String, String> json = new HashMap<>();
    json.put("Content-Type", "application/json");
    assertError(400, "invalid_request", Asked.post(url("/token"), "{}", json));
    Map<String, String> page = new HashMap<>();
    page.put("Origin", "http://elsewhere.example");
    assertError(403, "invalid_request", Asked.post(url("/token"), grant, page));
    assertEquals(1, server.requests(), "for the one that asked for another scope");
    assertEquals(200, Asked.post(url("/token"), grant + "&scope=calls").status);
  }

  private static void assertError(int status, String error, Asked answer) {
    assertEquals(status, answer.status, answer::toString);
    assertEquals(error, answer.text("error"));
  }

  @Test
  void aProfileThatCannotBeServedIsToldAtTheStart() throws Exception {
    serve(new Clients());
    String bound = Plugin.newName();
    Map<String, Object> settings = new HashMap<>(server.settings());
    settings.put("dpop", "true");
    Tollgate.define(bound, settings);
    assertTrue(new ServedProfile(bound).fault().contains("dpop=true"));
    String wrong = Plugin.newName();
    Tollgate.define(wrong, Collections.singletonMap("token_url", "no url"));
    assertTrue(new ServedProfile(wrong).fault().startsWith("CONFIG: "));
    assertEquals(0, server.requests());
  }
}
