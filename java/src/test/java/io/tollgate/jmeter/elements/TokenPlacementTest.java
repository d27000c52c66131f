package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.testing.Api;
import io.tollgate.testing.Plan;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.sampler.HTTPSampleResult;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.testelement.TestElement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import vn.zalopay.benchmark.GRPCSampler;

/** The token in another header, in a cookie and in the query: sent, attributed and masked. */
class TokenPlacementTest {
  private final List<String> sent = new CopyOnWriteArrayList<>();
  private TokenServer server;
  private Map<String, Object> settings;
  private String name;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    settings = server.settings();
    name = Plugin.newName();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** An API that rejects the first request; of each it remembers what could hold a token. */
  private Api rejectingFirst() {
    AtomicBoolean first = new AtomicBoolean(true);
    return new Api(
        exchange -> {
          sent.add(parts(exchange));
          return first.getAndSet(false) ? 401 : 200;
        });
  }

  private static String parts(HttpExchange exchange) {
    List<String> parts = new ArrayList<>();
    parts.add(exchange.getRequestURI().toString());
    for (String header : new String[] {"Authorization", "Cookie", "X-Auth-Token", "X-Api-Key"}) {
      parts.add(Api.header(exchange, header));
    }
    return String.join(" | ", parts);
  }

  /** Two samples with the plan's elements, and tokens masked. */
  private List<SampleResult> run(HTTPSamplerProxy sampler, TestElement... ofThePlan) {
    Tollgate.define(name, settings);
    Plan plan =
        Plan.of(sampler)
            .with(Elements.authorization(name))
            .with(Elements.feedback("maskTokens"))
            .loops(2);
    Arrays.stream(ofThePlan).forEach(plan::with);
    List<SampleResult> results = plan.run();
    for (SampleResult result : results) {
      String kept = result.getRequestHeaders() + result.getURL() + result.getSampleLabel();
      String cookies = ((HTTPSampleResult) result).getCookies();
      for (int token = 1; token <= 2; token++) {
        assertFalse((kept + cookies).contains(server.token(token)), kept + cookies);
      }
      assertFalse(kept.contains("k3y"), kept);
    }
    assertEquals("401", results.get(0).getResponseCode(), results.get(0).getResponseMessage());
    assertEquals("200", results.get(1).getResponseCode(), results.get(1).getResponseMessage());
    return results;
  }

  private void assertSent(String template) {
    assertEquals(
        Arrays.asList(
            template.replace("TOKEN", server.token(1)), template.replace("TOKEN", server.token(2))),
        sent);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HttpClient4", "Java"})
  void aSchemeOfItsOwn(String implementation) {
    settings.put("token_scheme", "Token");
    settings.put("api_header.X-Api-Key", "k3y");
    try (Api api = rejectingFirst()) {
      HTTPSamplerProxy sampler = api.sampler("/v2");
      sampler.setImplementation(implementation);
      run(sampler);
    }
    assertSent("/v2 | Token TOKEN | none | none | k3y");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HttpClient4", "Java"})
  void aHeaderOfItsOwnBesideThePlansAuthorization(String implementation) {
    settings.put("token_name", "X-Auth-Token");
    try (Api api = rejectingFirst()) {
      HTTPSamplerProxy sampler = api.sampler("/v2");
      sampler.setImplementation(implementation);
      run(
          sampler,
          Api.headers(new Header("Authorization", "Basic x"), new Header("X-Auth-Token", "old")));
    }
    assertSent("/v2 | Basic x | none | TOKEN | none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HttpClient4", "Java"})
  void aCookieBesideThePlansOwnHeader(String implementation) {
    settings.put("token_place", "cookie");
    settings.put("token_name", "session");
    try (Api api = rejectingFirst()) {
      HTTPSamplerProxy sampler = api.sampler("/v2");
      sampler.setImplementation(implementation);
      run(sampler, Api.headers(new Header("Cookie", "a=b")));
    }
    assertSent("/v2 | none | a=b; session=TOKEN | none | none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HttpClient4", "Java"})
  void aCookieAmongThoseOfThePlansManager(String implementation) {
    settings.put("token_place", "cookie");
    settings.put("token_name", "session");
    try (Api api = rejectingFirst()) {
      HTTPSamplerProxy sampler = api.sampler("/v2");
      sampler.setImplementation(implementation);
      run(sampler, Api.cookies());
    }
    assertSent("/v2 | none | a=b; session=TOKEN | none | none");
  }

  @Test
  void theManagerOfAThreadHasTheCookieOfOneSampleAtATime() {
    settings.put("token_place", "cookie");
    settings.put("token_name", "session");
    Tollgate.define(name, settings);
    List<Integer> cookies = new CopyOnWriteArrayList<>();
    try (Api api = rejectingFirst()) {
      Plan.of(api.sampler("/v2"))
          .with(Api.cookies())
          .with(Elements.authorization(name))
          .before(
              sampler ->
                  cookies.add(((HTTPSamplerBase) sampler).getCookieManager().getCookieCount()))
          .loops(5)
          .run();
    }
    assertEquals(Collections.nCopies(5, 2), cookies);
  }

  @Test
  void aCookieOfOneSampleIsInNoOther() {
    settings.put("token_place", "cookie");
    settings.put("token_name", "session");
    Credential credential = Tollgate.define(name, settings);
    AtomicBoolean first = new AtomicBoolean(true);
    try (Api api = rejectingFirst()) {
      Plan.of(api.sampler("/v2"))
          .with(Api.cookies())
          .before(
              sampler -> {
                if (first.getAndSet(false)) {
                  credential.authorize(sampler);
                }
              })
          .loops(2)
          .run();
    }
    assertEquals("/v2 | none | a=b | none | none", sent.get(1));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v2?a=b&key=TOKEN", // JMeter puts the parameters of a path into the body of a POST
    "POST, /v2?key=TOKEN"
  })
  void aQueryParameterWhateverTheMethod(String method, String target) {
    settings.put("token_place", "query");
    settings.put("token_name", "key");
    settings.put("api_header.X-Api-Key", "k3y");
    try (Api api = rejectingFirst()) {
      HTTPSamplerProxy sampler = api.sampler("/v2?a=b");
      sampler.setMethod(method);
      run(sampler);
    }
    assertSent(target + " | none | none | none | k3y");
  }

  @Test
  void aQueryParameterInPlaceOfThePlansOwn() {
    settings.put("token_place", "query");
    settings.put("token_name", "key");
    try (Api api = rejectingFirst()) {
      run(api.sampler("/v2?key=old&a=b"));
    }
    assertSent("/v2?a=b&key=TOKEN | none | none | none | none");
  }

  @Test
  void aTokenInAQueryGoesToAllowedHostsOnlyAndIntoNoRedirect() {
    settings.put("token_place", "query");
    try (Api api = new Api(exchange -> record(exchange))) {
      settings.put("allowed_hosts", "127.0.0.1");
      Tollgate.define(name, settings);
      Plan.of(api.sampler("/start")).with(Elements.authorization(name)).run();
      assertEquals(Collections.singletonList("/page | none | none | none | none"), sent);
      assertEquals("access_token=" + server.token(1) + " ", api.contents().get(0));
      sent.clear();
      settings.put("allowed_hosts", "api.example.com");
      String other = Plugin.newName();
      Tollgate.define(other, settings);
      Plan.of(api.sampler("/v2")).with(Elements.authorization(other)).run();
      assertEquals(Collections.singletonList("/v2 | none | none | none | none"), sent);
    }
  }

  private int record(HttpExchange exchange) {
    sent.add(parts(exchange));
    return 200;
  }

  @Test
  void scriptsGetTheHeadersOfTheProfile() {
    settings.put("token_place", "cookie");
    settings.put("token_name", "session");
    settings.put("api_header.X-Api-Key", "k3y");
    Map<String, String> headers =
        Tollgate.define(name, settings).headers("GET", "https://api.example.com/");
    assertEquals("{Cookie=session=" + server.token(1) + ", X-Api-Key=k3y}", headers.toString());
    settings.put("token_place", "query");
    Map<String, String> ofQuery =
        Tollgate.define(Plugin.newName(), settings).headers("GET", "https://api.example.com/");
    assertEquals("{X-Api-Key=k3y}", ofQuery.toString());
  }

  @Test
  void gRpcMetadataHaveTheNameOfTheProfile() {
    GRPCSampler.CALLS.clear();
    GRPCSampler.status = null;
    settings.put("token_name", "X-Auth-Token");
    settings.put("api_header.X-Api-Key", "k3y");
    Tollgate.define(name, settings);
    assertEquals(1, Plan.of(grpc()).with(Elements.authorization(name)).run().size());
    String token = "{\"x-auth-token\":\"" + server.token(1) + "\",\"x-api-key\":\"k3y\"}";
    assertEquals(Collections.singletonList(token), GRPCSampler.CALLS);
    settings.put("token_place", "query");
    String other = Plugin.newName();
    Tollgate.define(other, settings);
    SampleResult failed = Plan.of(grpc()).with(Elements.authorization(other)).run().get(0);
    assertTrue(failed.getResponseMessage().contains("token_place=header"), "" + failed);
  }

  @ParameterizedTest
  @CsvSource({
    "header, X-Auth-Token, '{\"x-auth-token\":\"TOKEN\",\"x-api-key\":\"k3y\"}'",
    "cookie, session, '{\"cookie\":\"session=TOKEN\",\"x-api-key\":\"k3y\"}'"
  })
  void gRpcCallsAreAttributedAndMasked(String place, String called, String metadata) {
    GRPCSampler.CALLS.clear();
    GRPCSampler.status = " 16 UNAUTHENTICATED";
    settings.put("token_place", place);
    settings.put("token_name", called);
    settings.put("api_header.X-Api-Key", "k3y");
    Tollgate.define(name, settings);
    List<SampleResult> results =
        Plan.of(grpc())
            .with(Elements.authorization(name))
            .with(Elements.feedback("maskTokens"))
            .loops(2)
            .run();
    sent.addAll(GRPCSampler.CALLS);
    assertSent(metadata);
    for (SampleResult result : results) {
      String kept = result.getRequestHeaders() + result.getSamplerData();
      assertTrue(kept.contains("***"), kept);
      assertFalse(kept.contains("token-") || kept.contains("k3y"), kept);
    }
  }

  private static GRPCSampler grpc() {
    GRPCSampler sampler = new GRPCSampler();
    sampler.setName("grpc");
    sampler.setProperty("GRPCSampler.host", "127.0.0.1");
    sampler.setProperty("GRPCSampler.port", "9090");
    sampler.setProperty("GRPCSampler.metadata", "");
    return sampler;
  }
}
