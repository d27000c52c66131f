package io.tollgate.jmeter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.tollgate.Credential;
import io.tollgate.ErrorCode;
import io.tollgate.Tollgate;
import io.tollgate.TollgateException;
import io.tollgate.testing.Api;
import io.tollgate.testing.Plan;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.Proof;
import io.tollgate.testing.TokenServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.jmeter.engine.util.CompoundVariable;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.control.HeaderManager;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.testelement.property.FunctionProperty;
import org.apache.jmeter.threads.JMeterContextService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens that are bound to a key: each request of a sampler has a proof of its own. */
class ProofTest {
  private final List<Proof> proofs = new CopyOnWriteArrayList<>();
  private final List<String> unproved = new CopyOnWriteArrayList<>();
  private TokenServer server;
  private Map<String, Object> settings;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    server.binds();
    settings = server.settings();
    settings.put("dpop", "true");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Credential credential() {
    return Tollgate.define(Plugin.newName(), settings);
  }

  /** Keeps the proof of a request; it must be of the token beside it. */
  private Proof kept(HttpExchange exchange) {
    String authorization = Api.header(exchange, "Authorization");
    String header = Api.header(exchange, "DPoP");
    if (!header.contains(".")) {
      unproved.add(exchange.getRequestURI().getPath() + " '" + authorization + "'");
      return null;
    }
    Proof proof = new Proof(header);
    assertTrue(proof.isOf(authorization), authorization);
    proofs.add(proof);
    return proof;
  }

  private List<String> claims(String name) {
    return proofs.stream().map(proof -> proof.claim(name)).collect(Collectors.toList());
  }

  private static void allSucceeded(List<SampleResult> results) {
    for (SampleResult result : results) {
      assertTrue(result.isSuccessful(), result.getResponseMessage());
    }
  }

  @Test
  void eachRequestHasAProofOfItsOwnThatNamesIt() {
    Credential credential = credential();
    try (Api api = new Api(exchange -> kept(exchange) == null ? 400 : 200)) {
      HTTPSamplerProxy sampler = api.sampler("/v2/x?y=z");
      sampler.addArgument("q", "1");
      sampler.setMethod("DELETE");
      allSucceeded(
          Plan.of(sampler).before(credential::authorize).after(credential::report).loops(15).run());
      assertEquals(15, proofs.size());
      assertEquals(15, claims("jti").stream().distinct().count(), "a proof was sent twice");
      String url = "http://127.0.0.1:" + sampler.getPort() + "/v2/x";
      for (Proof proof : proofs) {
        assertEquals("DELETE", proof.claim("htm"));
        assertEquals(url, proof.claim("htu"));
      }
      assertEquals(1, server.requests());
    }
  }

  @Test
  void theProofNamesTheUrlThatIsSentWhereAFunctionNamesAnotherEachTime() throws Exception {
    Credential credential = credential();
    List<String> paths = new CopyOnWriteArrayList<>();
    try (Api api =
        new Api(
            exchange -> {
              paths.add(exchange.getRequestURI().getPath());
              return kept(exchange) == null ? 400 : 200;
            })) {
      HTTPSamplerProxy sampler = api.sampler("");
      sampler.setProperty(
          new FunctionProperty(
              HTTPSamplerBase.PATH, new CompoundVariable("/${__counter(FALSE,)}")));
      allSucceeded(Plan.of(sampler).before(credential::authorize).loops(3).run());
      assertEquals(Arrays.asList("/1", "/2", "/3"), paths);
      String host = "http://127.0.0.1:" + api.port();
      assertEquals(Arrays.asList(host + "/1", host + "/2", host + "/3"), claims("htu"));
    }
  }

  @Test
  void tokenAndProofBelongTogetherWhateverHappensBetweenTheirReads() {
    Credential credential = credential();
    HTTPSamplerProxy sampler = sampler();
    credential.authorize(sampler);
    HeaderManager headers = sampler.getHeaderManager();
    assertEquals(2, headers.size());
    assertEquals("", headers.get(1).getValue(), "no token was read that it could be of");
    String first = headers.get(0).getValue();
    assertEquals("DPoP " + server.token(1), first);
    credential.report(401, null, first);
    assertEquals("DPoP " + server.token(2), credential.authorization());
    Proof proof = new Proof(headers.get(1).getValue());
    assertTrue(proof.isOf(first), "of the token that was read");
    assertEquals("https://api.example/v2/x", proof.claim("htu"));
    assertTrue(new Proof(headers.get(1).getValue()).isOf(first));
    String second = headers.get(0).getValue();
    Proof next = new Proof(((Header) headers.get(1).clone()).getValue());
    assertTrue(!second.equals(first) && next.isOf(second));
    assertNotEquals(proof.claim("jti"), next.claim("jti"));
    assertFalse(headers.get(1).toString().contains("."), "a proof in a log");
    assertEquals("", new ProofHeader().getValue());
  }

  @Test
  void aRequestThatIsSentAgainHasANewProof() {
    Credential credential = credential();
    try (Api api = new Api(exchange -> kept(exchange) == null ? 400 : 200)) {
      allSucceeded(
          Plan.of(api.sampler("/x"))
              .before(credential::authorize)
              .after(result -> allSucceeded(Arrays.asList(again(), again())))
              .run());
      assertEquals(3, claims("jti").stream().distinct().count());
    }
  }

  /** As scripts send a request again: in the sample, after its first answer. */
  private static SampleResult again() {
    return JMeterContextService.getContext().getCurrentSampler().sample(null);
  }

  /** The API wants nonces, and another one after every third request. */
  @Test
  void aNonceOfTheApiIsUsedFromTheNextRequestOnAndMintsNothing() {
    Credential credential = credential();
    try (Api api =
        new Api(
            exchange -> {
              String wanted = "nonce-" + proofs.size() / 3;
              String next = "nonce-" + (proofs.size() + 1) / 3;
              boolean right = kept(exchange).claim("nonce").equals(wanted);
              if (!right) {
                exchange
                    .getResponseHeaders()
                    .set("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\"");
              }
              exchange.getResponseHeaders().set("DPoP-Nonce", right ? next : wanted);
              return right ? 200 : 401;
            })) {
      List<SampleResult> results =
          Plan.of(api.sampler("/x"))
              .before(credential::authorize)
              .after(credential::report)
              .loops(12)
              .run();
      assertEquals("401", results.get(0).getResponseCode());
      allSucceeded(results.subList(1, results.size()));
      assertEquals(1, server.requests(), credential.status());
      String status = credential.status();
      assertTrue(status.contains("\"nonces_asked\":1,\"refused\":0"), status);
      assertTrue(status.contains("\"rejected\":0"), status);
    }
  }

  @Test
  void aRedirectFailsInWordsAndEmbeddedResourcesGoWithoutToken() {
    Credential credential = credential();
    for (boolean inParallel : new boolean[] {false, true}) {
      proofs.clear();
      unproved.clear();
      try (Api api =
          new Api(
              exchange -> {
                kept(exchange);
                return 200;
              })) {
        HTTPSamplerProxy page = api.sampler("/page");
        page.setImageParser(true);
        page.setConcurrentDwn(inParallel);
        List<SampleResult> results =
            Plan.of(page).before(credential::authorize).after(credential::report).run();
        allSucceeded(results);
        assertEquals(1, proofs.size());
        assertEquals(
            "/a.png '' /b.png ''", unproved.stream().sorted().collect(Collectors.joining(" ")));

        List<SampleResult> redirected =
            Plan.of(api.sampler("/start"))
                .before(credential::authorize)
                .after(credential::report)
                .run();
        assertFalse(redirected.get(0).isSuccessful());
        String message = redirected.get(0).getResponseMessage();
        assertTrue(message.contains("Follow Redirects"), message);
        assertEquals(
            4, api.requests().size(), "nothing was sent to where it led: " + api.requests());
        assertEquals(1, server.requests());
      }
    }
  }

  @Test
  void aProofOfThePlanIsReplacedForTheSampleOnly() {
    HTTPSamplerProxy sampler = sampler();
    HeaderManager ofThePlan = new HeaderManager();
    ofThePlan.add(new Header("dpop", "of the plan"));
    sampler.addTestElement(ofThePlan);
    credential().authorize(sampler);
    HeaderManager merged = sampler.getHeaderManager();
    assertEquals(2, merged.size());
    assertInstanceOf(ProofHeader.class, merged.getFirstHeaderNamed("DPoP"));
    String authorization = merged.getFirstHeaderNamed("Authorization").getValue();
    assertTrue(new Proof(merged.getFirstHeaderNamed("DPoP").getValue()).isOf(authorization));
    assertEquals("of the plan", ofThePlan.get(0).getValue());
    try (TokenServer other = new TokenServer()) {
      Tollgate.define(Plugin.newName(), other.settings()).authorize(sampler);
      assertNull(sampler.getHeaderManager().getFirstHeaderNamed("DPoP"), "it has no place here");
    }
  }

  @Test
  void whereNoTokenGoesNoProofGoes() {
    settings.put("on_token_failure", "send_without");
    settings.put("backoff_base", "1h");
    settings.put("backoff_cap", "1h");
    settings.put("token_timeout", "50ms");
    Credential credential = credential();
    credential.token(Duration.ofSeconds(20));
    HTTPSamplerProxy sampler = sampler();
    credential.authorize(sampler);
    HeaderManager headers = sampler.getHeaderManager();
    String token = headers.get(0).getValue();
    assertTrue(new Proof(headers.get(1).getValue()).isOf(token));
    server.answerWith(401);
    credential.report(401, null, token);
    assertEquals("", headers.get(0).getValue());
    assertEquals("", headers.get(1).getValue());
    credential.authorize(sampler);
    assertEquals(0, sampler.getHeaderManager().size(), "nothing is left of the sample before");
  }

  @Test
  void theUrlOfASamplerMayStandInItsPathOrHaveAPort() {
    Credential credential = credential();
    HTTPSamplerProxy sampler = sampler();
    credential.authorize(sampler);
    HeaderManager headers = sampler.getHeaderManager();
    sampler.setPort(8443);
    headers.get(0).getValue();
    assertEquals("https://api.example:8443/v2/x", claim(headers, "htu"));
    sampler.setPath("http://other.example/y?z");
    headers.get(0).getValue();
    assertEquals("http://other.example/y", claim(headers, "htu"));
    sampler.setMethod("PATCH");
    assertEquals("PATCH", claim(headers, "htm"));
    sampler.setPath("/y");
    sampler.setDomain("");
    TollgateException e = assertThrows(TollgateException.class, headers.get(1)::getValue);
    assertEquals(ErrorCode.CONFIG, e.getCode());
  }

  private static String claim(HeaderManager headers, String name) {
    return new Proof(headers.get(1).getValue()).claim(name);
  }

  @Test
  void aSerializedHeaderCarriesNoToken() throws Exception {
    HTTPSamplerProxy sampler = sampler();
    credential().authorize(sampler);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sampler.getHeaderManager().get(0));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      Header alone = (Header) in.readObject();
      TollgateException e = assertThrows(TollgateException.class, alone::getValue);
      assertTrue(e.getMessage().contains("no sampler here"), e.getMessage());
    }
  }

  @Test
  void aSamplerThatDoesNotTellItsUrlIsRefusedInWords() {
    Credential credential = credential();
    assertNotNull(credential.token());
    TollgateException e =
        assertThrows(
            TollgateException.class, () -> credential.authorize(new LiveHeaderTest.WithHeaders()));
    assertEquals(ErrorCode.CONFIG, e.getCode());
    assertTrue(e.getMessage().contains("headers(method, url)"), e.getMessage());
  }

  @Test
  void aScriptGetsHeadersThatBelongTogetherAndWorksWithBothKinds() {
    settings.put("tenant_header", "X-Tenant: acme");
    Credential bound = credential();
    Map<String, String> headers = bound.headers("POST", "https://api.example/v2/x?y=z");
    assertEquals("DPoP " + server.token(1), headers.get("Authorization"));
    assertEquals(bound.authorization(), headers.get("Authorization"));
    assertEquals("acme", headers.get("X-Tenant"));
    Proof proof = new Proof(headers.get("DPoP"));
    assertTrue(proof.isOf(headers.get("Authorization")));
    assertEquals("POST https://api.example/v2/x", proof.claim("htm") + " " + proof.claim("htu"));
    assertThrows(UnsupportedOperationException.class, () -> headers.put("a", "b"));
    bound.report(
        401,
        "WWW-Authenticate: DPoP error=\"use_dpop_nonce\"\nDPoP-Nonce: n1\n",
        headers.get("Authorization"));
    Proof next = new Proof(bound.headers("GET", "https://api.example/").get("DPoP"));
    assertEquals("n1", next.claim("nonce"), "of the API that was asked last");
    TollgateException e = assertThrows(TollgateException.class, () -> bound.headers("GET", "/x"));
    assertEquals(ErrorCode.CONFIG, e.getCode());
    try (TokenServer other = new TokenServer()) {
      Credential plain = Tollgate.define(Plugin.newName(), other.settings());
      assertEquals(
          "{Authorization=Bearer " + other.token(1) + "}", plain.headers("GET", "/x").toString());
    }
  }

  private HTTPSamplerProxy sampler() {
    HTTPSamplerProxy sampler = new HTTPSamplerProxy("HttpClient4");
    sampler.setDomain("api.example");
    sampler.setProtocol("https");
    sampler.setMethod("GET");
    sampler.setPath("v2/x");
    return sampler;
  }
}
