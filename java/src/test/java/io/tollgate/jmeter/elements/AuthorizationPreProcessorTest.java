package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.jmeter.http.HeaderInjection;
import io.tollgate.testing.Api;
import io.tollgate.testing.Plan;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.lang.management.ManagementFactory;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.control.HeaderManager;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.apache.jmeter.sampler.DebugSampler;
import org.apache.jmeter.samplers.AbstractSampler;
import org.apache.jmeter.samplers.Entry;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.samplers.Sampler;
import org.apache.jmeter.testelement.TestElement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import vn.zalopay.benchmark.GRPCSampler;

class AuthorizationPreProcessorTest {
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

  private Plan plan(Sampler sampler) {
    Tollgate.define(name, settings);
    return Plan.of(sampler).with(Elements.authorization(name)).with(Elements.feedback());
  }

  private static GRPCSampler grpc(String metadata) {
    GRPCSampler sampler = new GRPCSampler();
    sampler.setName("grpc");
    sampler.setProperty("GRPCSampler.host", "127.0.0.1");
    sampler.setProperty("GRPCSampler.port", "9090");
    sampler.setProperty("GRPCSampler.metadata", metadata);
    return sampler;
  }

  @ParameterizedTest
  @ValueSource(strings = {"HttpClient4", "Java"})
  void everyHttpRequestIsAuthorizedAndThePlansHeadersAreKept(String implementation) {
    settings.put("tenant_header", "X-Tenant: acme");
    HeaderManager ofThePlan = Api.headers(new Header("X-Tenant", "of the plan"));
    try (Api api = new Api()) {
      HTTPSamplerProxy sampler = api.sampler("/v2");
      sampler.setImplementation(implementation);
      List<SampleResult> results = plan(sampler).with(ofThePlan).threads(5).loops(4).run();
      assertEquals(20, results.stream().filter(SampleResult::isSuccessful).count());
      assertEquals(
          Collections.nCopies(20, "/v2 Bearer " + server.token(1) + " acme"), api.requests());
    }
    assertEquals(1, server.requests());
    assertEquals("of the plan", ofThePlan.get(0).getValue());
  }

  @Test
  void aUserOfTheProfileHasATokenOfTheirOwn() {
    Tollgate.define(name, settings);
    AuthorizationPreProcessor element = Elements.authorization(name);
    element.setProperty("user", "ann");
    element.setProperty("password", "pw");
    try (Api api = new Api()) {
      List<SampleResult> results = Plan.of(api.sampler("/v2")).with(element).run();
      assertTrue(results.get(0).isSuccessful(), results.get(0).getResponseMessage());
      assertTrue(server.forms().get(0).contains("username=ann"), server.forms().toString());
    }
  }

  @Test
  void aPasswordMayBeInAFileOrAVariableOfTheEnvironment() throws Exception {
    Path file = Files.createTempFile("password", ".txt");
    Files.write(file, "of a file\r\n".getBytes(StandardCharsets.UTF_8));
    Tollgate.define(name, settings);
    String home = URLEncoder.encode(System.getenv("HOME"), "UTF-8");
    String[][] cases = {
      {"file:" + file, "of+a+file"},
      {"env:HOME", home},
      {"literal:env:HOME", "env%3AHOME"},
      {"env:NO_SUCH_VARIABLE", null}
    };
    try (Api api = new Api()) {
      for (String[] one : cases) {
        AuthorizationPreProcessor element = Elements.authorization(name);
        element.setUser("user-" + one[0]);
        element.setPassword(one[0]);
        int before = server.requests();
        SampleResult result = Plan.of(api.sampler("/v2")).with(element).run().get(0);
        assertEquals(one[1] != null, result.isSuccessful(), result.getResponseMessage());
        if (one[1] == null) {
          assertEquals(before, server.requests());
          assertTrue(result.getResponseMessage().contains("'env:NO_SUCH_VARIABLE'"), "" + result);
          assertTrue(result.getResponseMessage().contains("'authorize'"), "" + result);
        } else {
          String form = server.forms().get(before);
          assertTrue(form.contains("password=" + one[1]), form);
        }
      }
    }
    Files.delete(file);
  }

  /** The look-up of a method that is not there makes an exception each time. */
  @Test
  void whetherASamplerTakesHeadersIsLookedUpOnceOfItsClass() {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    Plain plain = new Plain();
    assertFalse(HeaderInjection.takesHeaders(plain));
    assertTrue(HeaderInjection.takesHeaders(new Broken()));
    long before = threads.getThreadAllocatedBytes(thread);
    for (int i = 0; i < 10_000; i++) {
      assertFalse(HeaderInjection.takesHeaders(plain));
    }
    long bytes = threads.getThreadAllocatedBytes(thread) - before;
    assertTrue(bytes < 100_000, bytes + " bytes");
  }

  private AuthorizationPreProcessor keeps() {
    AuthorizationPreProcessor element = Elements.authorization(name);
    element.setKeepAuthorization(true);
    return element;
  }

  @Test
  void aSamplerKeepsThePlansOwnHeaderWhereAnElementFurtherInsideSaysSo() {
    settings.put("token_timeout", "50ms");
    try (Api api = new Api()) {
      for (int status : new int[] {200, 401}) {
        server.answerWith(status);
        name = Plugin.newName();
        settings.put("client_id", name);
        HeaderManager own = Api.headers(new Header("Authorization", "Basic b3du"));
        Plan plan = plan(api.sampler("/own")).with(own).with(keeps());
        assertTrue(plan.run().get(0).isSuccessful());
        assertFalse(status().contains("\"rejected\":1"), status());
      }
      server.answerWith(200);
      settings.remove("token_timeout"); // this one needs a token
      name = Plugin.newName();
      assertTrue(plan(api.sampler("/none")).with(keeps()).run().get(0).isSuccessful());
      assertEquals("/own Basic b3du none", api.requests().get(0));
      assertEquals("/own Basic b3du none", api.requests().get(1), "it needs no token");
      assertTrue(api.requests().get(2).startsWith("/none Bearer "), api.requests()::toString);
    }
  }

  @Test
  void aBlankFieldIsDefaultWhereThereAreSeveralAndNoGuess() {
    Tollgate.define(name, settings);
    Tollgate.define(Plugin.newName(), settings);
    try (Api api = new Api()) {
      Plan plan = Plan.of(api.sampler("/v2")).with(Elements.authorization(" "));
      SampleResult ambiguous = plan.run().get(0);
      assertFalse(ambiguous.isSuccessful());
      assertTrue(ambiguous.getResponseMessage().contains("fill it in"), "" + ambiguous);
      assertTrue(ambiguous.getResponseMessage().contains(name), "" + ambiguous);
      assertEquals(Collections.emptyList(), api.requests());
      Tollgate.define("default", settings);
      assertTrue(plan.run().get(0).isSuccessful());
      assertEquals(1, api.requests().size());
    }
  }

  @ParameterizedTest
  @CsvSource({
    // what the profile says, and then of three loops: samples, good ones, calls
    "fail_sample, 3, 0, 0",
    "send_without, 3, 3, 3",
    "stop_thread, 1, 0, 0",
    "stop_test, 1, 0, 0"
  })
  void whatHappensWithoutATokenGoesForEverySampler(String policy, int samples, int good, int sent) {
    settings.put("on_token_failure", policy);
    server.answerWith(401);
    try (Api api = new Api()) {
      List<SampleResult> results = plan(api.sampler("/v2")).loops(3).run();
      judge(policy, results, samples, good);
      assertEquals(Collections.nCopies(sent, "/v2 none none"), api.requests());
    }
    List<SampleResult> results = plan(grpc("{\"a\":\"b\"}")).loops(3).run();
    judge(policy, results, samples, good);
    assertEquals(Collections.nCopies(sent, "{\"a\":\"b\"}"), GRPCSampler.CALLS);
  }

  private void judge(String policy, List<SampleResult> results, int samples, int good) {
    // JMeter stops a test from a thread of its own: another sample may have begun by then.
    int most = policy.equals("stop_test") ? 3 : samples;
    assertTrue(results.size() >= samples && results.size() <= most, () -> "samples: " + results);
    assertEquals(good, results.stream().filter(SampleResult::isSuccessful).count(), "good ones");
    for (SampleResult result : results) {
      String message = result.getResponseMessage();
      boolean stopped = policy.equals("stop_test") && message.contains("STOPPED");
      boolean told = stopped || message.contains("CREDENTIAL_REJECTED");
      assertEquals(!result.isSuccessful(), told, result.getResponseMessage());
    }
  }

  @Test
  void theMetadataOfAGrpcSamplerHoldsTheTokenForOneSampleOnly() {
    settings.put("tenant_header", "X-Tenant: acme");
    String added = "\"authorization\":\"Bearer " + server.token(1) + "\",\"x-tenant\":\"acme\"}";
    for (String[] ofThePlan :
        new String[][] {
          {"", "{"},
          {"{ }", "{"},
          {"{\"a\":\"b,c\"}", "{\"a\":\"b,c\","},
          {"A:b%20c,d:e:f", "{\"a\":\"b c\",\"d\":\"e:f\","}
        }) {
      GRPCSampler.CALLS.clear();
      assertEquals(2, plan(grpc(ofThePlan[0])).loops(2).run().size());
      assertEquals(Collections.nCopies(2, ofThePlan[1] + added), GRPCSampler.CALLS);
    }
    assertEquals(1, server.requests());
  }

  @Test
  void aBoundTokenFailsAGrpcSampleWithTheReason() {
    server.binds();
    settings.put("dpop", "true");
    List<SampleResult> results = plan(grpc("")).loops(2).run();
    assertEquals(2, results.size());
    assertTrue(results.get(0).getResponseMessage().contains("dpop=true"), "" + results);
    assertEquals(Collections.emptyList(), GRPCSampler.CALLS);
  }

  @Test
  void whatTakesNoHeadersIsPassedOver() {
    DebugSampler debug = new DebugSampler();
    debug.setName("debug");
    assertTrue(plan(debug).run().get(0).isSuccessful());
    assertTrue(plan(new Plain()).run().get(0).isSuccessful());
    assertEquals(0, server.requests());
  }

  @Test
  void anErrorIsAFailedSampleAndTheThreadGoesOn() {
    List<SampleResult> results = plan(new Broken()).loops(2).run();
    assertEquals(2, results.size());
    for (SampleResult result : results) {
      assertTrue(result.getResponseMessage().contains("INTERNAL"), result.getResponseMessage());
      assertTrue(result.getResponseMessage().contains("NoClassDefFound"), "" + result);
    }
  }

  @Test
  void aTokenGoesToAllowedHostsOnlyAndRequestsElsewhereAreCounted() {
    try (Api api = new Api()) {
      int port = api.sampler("/").getPort();
      settings.put("allowed_hosts", "api.example.com, 127.0.0.1:" + port);
      assertTrue(plan(api.sampler("/v2")).run().get(0).isSuccessful());
      HTTPSamplerProxy elsewhere = api.sampler("/v2");
      elsewhere.setDomain("localhost");
      assertTrue(plan(elsewhere).loops(2).run().get(0).isSuccessful());
      assertTrue(status().contains("\"hosts\":{\"strayed\":0,\"withheld\":2}"), status());
      HTTPSamplerProxy whole = api.sampler("http://localhost:" + port + "/v2");
      assertTrue(plan(whole).run().get(0).isSuccessful());
      assertEquals(
          "[/v2 Bearer " + server.token(1) + " none, /v2 none none, /v2 none none, /v2 none none]",
          api.requests().toString());
      plan(grpc("")).run();
      assertEquals(Collections.singletonList(""), GRPCSampler.CALLS);
    }
  }

  @Test
  void allowedHostsAndAutomaticRedirectsDoNotGoTogether() {
    settings.put("allowed_hosts", "127.0.0.1");
    try (Api api = new Api()) {
      HTTPSamplerProxy sampler = api.sampler("/start");
      sampler.setFollowRedirects(false);
      sampler.setAutoRedirects(true);
      SampleResult result = plan(sampler).run().get(0);
      assertTrue(result.getResponseMessage().contains("Follow Redirects"), "" + result);
      assertEquals(Collections.emptyList(), api.requests());
    }
  }

  private String status() {
    Credential credential = Tollgate.credential(name);
    return credential.status();
  }

  /** A sampler that has nothing to do with headers. */
  public static class Plain extends AbstractSampler {
    private static final long serialVersionUID = 1L;

    @Override
    public SampleResult sample(Entry ignored) {
      SampleResult result = new SampleResult();
      result.setSampleLabel("plain");
      result.sampleStart();
      result.sampleEnd();
      result.setSuccessful(true);
      return result;
    }
  }

  /** A plugin whose classes do not fit together. */
  public static final class Broken extends Plain {
    private static final long serialVersionUID = 1L;

    public HeaderManager getHeaderManager() {
      return null;
    }

    @Override
    public void addTestElement(TestElement element) {
      if (element instanceof HeaderManager) {
        throw new NoClassDefFoundError("of/another/Version");
      }
      super.addTestElement(element);
    }
  }
}
