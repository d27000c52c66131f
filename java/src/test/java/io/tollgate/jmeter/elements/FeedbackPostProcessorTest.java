package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.tollgate.Tollgate;
import io.tollgate.profile.ApiPause;
import io.tollgate.profile.TokenSource;
import io.tollgate.profile.TokenSources;
import io.tollgate.testing.Api;
import io.tollgate.testing.Plan;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.net.URL;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.jmeter.config.Argument;
import org.apache.jmeter.engine.util.CompoundVariable;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.apache.jmeter.protocol.http.util.HTTPArgument;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.samplers.Sampler;
import org.apache.jmeter.testelement.property.FunctionProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vn.zalopay.benchmark.GRPCSampler;

class FeedbackPostProcessorTest {
  private final Set<String> dead = ConcurrentHashMap.newKeySet();
  private TokenServer server;
  private Map<String, Object> settings;
  private String name;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    settings = server.settings();
    name = Plugin.newName();
    GRPCSampler.CALLS.clear();
    GRPCSampler.status = null;
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private int judge(HttpExchange exchange) {
    return dead.contains(Api.header(exchange, "Authorization")) ? 401 : 200;
  }

  private Plan plan(Sampler sampler, String... switches) {
    Tollgate.define(name, settings);
    return Plan.of(sampler).with(Elements.authorization(name)).with(Elements.feedback(switches));
  }

  private void revokeTheFirst() {
    dead.add("Bearer " + server.token(1));
  }

  private String status() {
    return Tollgate.credential(name).status();
  }

  @Test
  void aRejectedTokenIsReplacedOnceHoweverItIsReported() {
    try (Api api = new Api(this::judge)) {
      revokeTheFirst();
      List<SampleResult> results = plan(api.sampler("/v2")).threads(5).loops(20).run();
      assertEquals(100, results.size());
      assertTrue(results.stream().filter(result -> !result.isSuccessful()).count() >= 1);
      assertTrue(results.get(99).isSuccessful());
    }
    assertEquals(2, server.requests());
  }

  @Test
  void aReplayShowsBothTriesInOneSample() {
    try (Api api = new Api(this::judge)) {
      revokeTheFirst();
      HTTPSamplerProxy sampler = api.sampler("/v2");
      List<SampleResult> results = plan(sampler, "replayRejected").loops(2).run();
      assertEquals(2, results.size());
      SampleResult both = results.get(0);
      assertTrue(both.isSuccessful(), both.getResponseMessage());
      assertEquals("api", both.getSampleLabel());
      SampleResult[] tries = both.getSubResults();
      assertEquals(2, tries.length);
      assertEquals("401", tries[0].getResponseCode());
      assertEquals("200", tries[1].getResponseCode());
      assertEquals("200", both.getResponseCode());
      assertEquals("api-0", tries[0].getSampleLabel());
      assertEquals("api-1", tries[1].getSampleLabel());
      assertEquals(tries[0].getTime() + tries[1].getTime(), both.getTime());
      assertEquals(tries[0].getStartTime(), both.getStartTime());
      assertEquals(tries[1].getEndTime(), both.getEndTime());
      assertEquals(tries[0].getSentBytes() + tries[1].getSentBytes(), both.getSentBytes());
      assertEquals(tries[0].getBytesAsLong() + tries[1].getBytesAsLong(), both.getBytesAsLong());
      assertEquals(0, results.get(1).getSubResults().length, "one that needed no second try");
      assertEquals(3, api.requests().size());
    }
    assertEquals(2, server.requests());
  }

  @ParameterizedTest
  @CsvSource({
    "POST, false, 1",
    "PATCH, false, 1",
    "POST, true, 2",
    "PUT, false, 2",
    "DELETE, false, 2",
    "GET, false, 2"
  })
  void unsafeMethodsAreReplayedOnlyIfThePlanAllowsIt(String method, boolean any, int sent) {
    try (Api api = new Api(this::judge)) {
      revokeTheFirst();
      HTTPSamplerProxy sampler = api.sampler("/v2");
      sampler.setMethod(method);
      String[] on =
          any
              ? new String[] {"replayRejected", "replayAnyMethod"}
              : new String[] {"replayRejected"};
      assertEquals(sent == 2, plan(sampler, on).run().get(0).isSuccessful());
      assertEquals(sent, api.requests().size());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HttpClient4, POST, 'n=1 n=1 n=2 n=3'",
    "HttpClient4, GET, 'n=1 n=1 n=2 n=3'",
    // JMeter puts the parameters of a DELETE into the URL and, with HttpClient, into the body too.
    "HttpClient4, DELETE, 'n=1 n=2 n=1 n=2 n=3 n=4 n=5 n=6'",
    "Java, DELETE, 'n=1 n=1 n=2 n=3'",
    "Java, POST, 'n=1 n=1 n=2 n=3'"
  })
  void aReplaySendsTheSameUrlBodyAndHeadersAndEachFunctionRanOnceASample(
      String implementation, String method, String sent) throws Exception {
    List<String> keys = new CopyOnWriteArrayList<>();
    try (Api api =
        new Api(
            exchange -> {
              keys.add(Api.header(exchange, "Idempotency-Key"));
              return judge(exchange);
            })) {
      revokeTheFirst();
      HTTPSamplerProxy sampler = api.sampler("/v2");
      sampler.setImplementation(implementation);
      sampler.setMethod(method);
      HTTPArgument argument = new HTTPArgument("n", "");
      argument.setProperty(counter(Argument.VALUE));
      sampler.getArguments().addArgument(argument);
      sampler.setProperty(
          new FunctionProperty(
              HTTPSamplerBase.PATH, new CompoundVariable("/${__counter(FALSE,)}")));
      Header key = new Header("Idempotency-Key", "");
      key.setProperty(counter("Header.value"));
      plan(sampler, "replayRejected", "replayAnyMethod").with(Api.headers(key)).loops(3).run();
      assertEquals(
          sent, api.contents().stream().map(String::trim).collect(Collectors.joining(" ")));
      assertEquals(
          Arrays.asList("/1", "/1", "/2", "/3"),
          api.requests().stream().map(r -> r.split(" ")[0]).collect(Collectors.toList()));
      assertEquals(Arrays.asList("1", "1", "2", "3"), keys);
    }
  }

  private static FunctionProperty counter(String field) throws Exception {
    return new FunctionProperty(field, new CompoundVariable("${__counter(FALSE,)}"));
  }

  @Test
  void aTokenThatIsTheNewestAndRefusedAllTheSameIsNotTriedAgain() {
    try (Api api = new Api(exchange -> 401)) {
      List<SampleResult> results = plan(api.sampler("/v2"), "replayRejected").loops(10).run();
      assertEquals(0, results.stream().filter(SampleResult::isSuccessful).count());
      // The first is tried with the second token; that one was refused too, so it is not the token.
      assertEquals(11, api.requests().size(), api.requests().toString());
    }
    assertEquals(2, server.requests());
  }

  @Test
  void withoutTheSwitchNothingIsSentAgain() {
    try (Api api = new Api(this::judge)) {
      revokeTheFirst();
      assertFalse(plan(api.sampler("/v2")).run().get(0).isSuccessful());
      assertEquals(1, api.requests().size());
    }
  }

  @Test
  void tokensAreMaskedAfterTheyWereAttributed() {
    try (Api api = new Api(this::judge)) {
      revokeTheFirst();
      HTTPSamplerProxy sampler = api.sampler("/start");
      List<SampleResult> results = plan(sampler, "maskTokens", "replayRejected").loops(2).run();
      for (SampleResult result : results) {
        assertTrue(result.isSuccessful(), result.getResponseMessage());
        assertTrue(result.getSubResults().length >= 2);
        noToken(result);
      }
    }
    assertEquals(2, server.requests(), "the 401 was attributed");
  }

  private void noToken(SampleResult result) {
    String headers = result.getRequestHeaders();
    assertFalse(headers.contains("token-"), headers);
    assertTrue(headers.contains("Authorization: ***\n"), headers);
    assertTrue(headers.contains("Host: 127.0.0.1"), headers);
    for (SampleResult part : result.getSubResults()) {
      noToken(part);
    }
  }

  @Test
  void aTokenThatARedirectTookElsewhereIsCounted() {
    try (Api other = new Api();
        Api api =
            new Api(
                exchange -> {
                  String there = "http://127.0.0.1:" + other.sampler("/").getPort() + "/there";
                  exchange.getResponseHeaders().set("Location", there);
                  return 302;
                })) {
      for (boolean automatic : new boolean[] {false, true}) {
        HTTPSamplerProxy sampler = api.sampler("/here");
        sampler.setFollowRedirects(!automatic);
        sampler.setAutoRedirects(automatic);
        plan(sampler).loops(2).run();
        assertTrue(status().contains("\"strayed\":2"), status());
      }
      assertEquals(0, other.requests().stream().filter(r -> !r.contains("token-")).count());
      assertEquals(4, other.requests().size());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "' 16 UNAUTHENTICATED', '\"rejected\":1'",
    "' 8 RESOURCE_EXHAUSTED', '\"api_throttled\":1'",
    "' 7 PERMISSION_DENIED', '\"forbidden\":1'",
    "' 13 INTERNAL', '\"rejected\":0'"
  })
  void theStatusOfAGrpcCallIsReported(String message, String counted) {
    GRPCSampler sampler = new GRPCSampler();
    sampler.setName("grpc");
    GRPCSampler.status = message;
    SampleResult result = plan(sampler, "maskTokens").run().get(0);
    assertTrue(status().contains(counted + ","), status());
    assertFalse(result.getRequestHeaders().contains("token-"), result.getRequestHeaders());
  }

  @Test
  void theLimitOfAGrpcServerIsOneOfItsOwnOrigin() {
    settings.put("backoff_throttle_base", "1h"); // it is half as long at least
    settings.put("backoff_cap", "1h");
    GRPCSampler sampler = new GRPCSampler();
    sampler.setName("grpc");
    sampler.setProperty("GRPCSampler.host", "grpc.example");
    sampler.setProperty("GRPCSampler.port", "50051");
    GRPCSampler.status = " 8 RESOURCE_EXHAUSTED";
    plan(sampler).run();
    TokenSource source = TokenSources.named(name);
    assertFalse(ApiPause.isOpen(source, () -> "http://grpc.example:50051"), status());
    assertTrue(ApiPause.isOpen(source, () -> "http://grpc.example:50052"), status());
  }

  @Test
  void anAnswerOfHttpIsNotReadAsGrpc() throws Exception {
    Tollgate.define(name, settings).token();
    SampleResult result = new SampleResult();
    result.setResponseCode("500");
    result.setResponseMessage("16 UNAUTHENTICATED");
    result.setRequestHeaders("Authorization: Bearer " + server.token(1));
    result.setURL(new URL("http://127.0.0.1/v2"));
    Tollgate.credential(name).report(result);
    assertTrue(status().contains("\"rejected\":0,"), status());
    result.setURL(null);
    Tollgate.credential(name).report(result);
    assertTrue(status().contains("\"rejected\":1,"), status());
  }
}
