package io.tollgate.jmeter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Credential;
import io.tollgate.ErrorCode;
import io.tollgate.Tollgate;
import io.tollgate.TollgateException;
import io.tollgate.testing.CpuWait;
import io.tollgate.testing.Plan;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.control.HeaderManager;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.apache.jmeter.protocol.java.sampler.JavaSampler;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.testelement.AbstractTestElement;
import org.apache.jmeter.testelement.TestElement;
import org.apache.jmeter.threads.JMeterContextService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LiveHeaderTest {
  private TokenServer server;
  private String name;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    name = Plugin.newName();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Credential credential() {
    return Tollgate.define(name, server.settings());
  }

  private static HeaderManager headers(String... namesAndValues) {
    HeaderManager manager = new HeaderManager();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      manager.add(new Header(namesAndValues[i], namesAndValues[i + 1]));
    }
    return manager;
  }

  @Test
  void aSamplerWithoutHeadersGetsOne() {
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    credential().authorize(sampler);
    assertEquals(1, sampler.getHeaderManager().size());
    assertEquals("Bearer " + server.token(1), sampler.getHeaderManager().get(0).getValue());
  }

  @Test
  void headersOfThePlanAreMergedAndTheirManagerIsNotTouched() {
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    HeaderManager ofThePlan = headers("Accept", "text/plain");
    sampler.addTestElement(ofThePlan);
    assertSame(ofThePlan, sampler.getHeaderManager(), "JMeter shares it");
    credential().authorize(sampler);
    assertEquals(1, ofThePlan.size());
    HeaderManager merged = sampler.getHeaderManager();
    assertNotSame(ofThePlan, merged);
    assertEquals(2, merged.size());
    assertEquals("text/plain", merged.getFirstHeaderNamed("accept").getValue());
    assertEquals(
        "Bearer " + server.token(1), merged.getFirstHeaderNamed("authorization").getValue());
  }

  @Test
  void anAuthorizationHeaderOfThePlanIsReplacedForTheSampleOnly() {
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    HeaderManager ofThePlan = headers("authorization", "Basic x", "A", "b");
    sampler.addTestElement(ofThePlan);
    credential().authorize(sampler);
    assertEquals(2, sampler.getHeaderManager().size());
    assertInstanceOf(
        LiveHeader.class, sampler.getHeaderManager().getFirstHeaderNamed("Authorization"));
    assertEquals("Basic x", ofThePlan.getFirstHeaderNamed("Authorization").getValue());
  }

  @Test
  void authorizingAgainReplacesAlsoWhenTheSamplerKeepsItsHeaders() {
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    sampler.addTestElement(headers("A", "b"));
    Credential first = credential();
    for (int i = 0; i < 3; i++) {
      first.authorize(sampler);
    }
    try (TokenServer other = new TokenServer()) {
      Tollgate.define(Plugin.newName(), other.settings()).authorize(sampler);
      HeaderManager headers = sampler.getHeaderManager();
      assertEquals(2, headers.size());
      assertEquals(
          "Bearer " + other.token(1), headers.getFirstHeaderNamed("Authorization").getValue());
    }
  }

  @Test
  void theTokenIsReadWhenTheRequestIsSentAndNotBefore() {
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    Credential credential = credential();
    credential.authorize(sampler);
    Header live = sampler.getHeaderManager().get(0);
    assertEquals("Bearer " + server.token(1), live.getValue());
    credential.report(401, null, server.token(1));
    assertEquals("Bearer " + server.token(2), live.getValue());
  }

  @Test
  void aCloneIsLiveTooAndNeitherShowsTheToken() {
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    credential().authorize(sampler);
    Header live = sampler.getHeaderManager().get(0);
    Header copy = (Header) live.clone();
    assertEquals("Bearer " + server.token(1), copy.getValue());
    for (Header header : new Header[] {live, copy}) {
      assertFalse(header.toString().contains(server.token(1)), header.toString());
      assertTrue(header.toString().contains(name), header.toString());
    }
  }

  @Test
  void aCredentialThatWasRefusedFailsItsSamplesAlsoByAClone() {
    JMeterContextService.startTest();
    try {
      assertEquals(server.token(1), credential().token());
      HTTPSamplerProxy sampler = new HTTPSamplerProxy();
      sampler.addTestElement(headers("A", "b"));
      Tollgate.define(name, Collections.singletonMap("client_id", "x")).authorize(sampler);
      HeaderManager copy = (HeaderManager) sampler.getHeaderManager().clone();
      for (HeaderManager headers : new HeaderManager[] {sampler.getHeaderManager(), copy}) {
        Header live = headers.getFirstHeaderNamed("Authorization");
        TollgateException e = assertThrows(TollgateException.class, live::getValue);
        assertEquals(ErrorCode.PROFILE_CONFLICT, e.getCode());
      }
    } finally {
      JMeterContextService.endTest();
    }
  }

  @Test
  void serializationCarriesTheProfileOnly() throws Exception {
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    credential().authorize(sampler);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sampler.getHeaderManager().get(0));
    }
    assertFalse(new String(bytes.toByteArray(), "ISO-8859-1").contains(server.token(1)));
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertEquals("Bearer " + server.token(1), ((Header) in.readObject()).getValue());
    }
    assertEquals("", new LiveHeader().getValue(), "one that JMeter made and nobody filled");
  }

  @Test
  void withoutATokenTheSampleFailsAtOnceAndNothingIsSent() {
    Credential undefined = Tollgate.credential(name);
    CpuWait cpuWait = new CpuWait();
    long start = System.nanoTime();
    // Never on a test's own thread: JMeter's threads would inherit its connections, and close each
    // other's.
    SampleResult result = Plan.of(sampler()).before(undefined::authorize).run().get(0);
    // A run with its start and end takes seconds on a slow machine; token_timeout is 30 s.
    cpuWait.allows(
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start), 25_000, "a sample without token");
    assertFalse(result.isSuccessful());
    assertTrue(result.getResponseMessage().contains("CONFIG"), result.getResponseMessage());
    assertTrue(result.getResponseMessage().contains(name), result.getResponseMessage());
    assertEquals(0, server.requests());
  }

  @Test
  void aTokenThatCameMeanwhileIsUsedAfterAll() {
    Map<String, Object> settings = server.settings();
    settings.put("token_timeout", "300ms");
    server.hold();
    Credential credential = Tollgate.define(name, settings);
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    credential.authorize(sampler);
    Header live = sampler.getHeaderManager().get(0);
    TollgateException e = assertThrows(TollgateException.class, live::getValue);
    assertEquals(ErrorCode.DEADLINE, e.getCode());
    server.release();
    assertEquals(server.token(1), credential.token(Duration.ofSeconds(20)));
    assertEquals("Bearer " + server.token(1), live.getValue());
  }

  @Test
  void sendWithoutLeavesTheHeaderAway() {
    Map<String, Object> settings = server.settings();
    settings.put("on_token_failure", "send_without");
    server.answerWith(401);
    Credential credential = Tollgate.define(name, settings);
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    credential.authorize(sampler);
    assertNull(sampler.getHeaderManager());
  }

  @Test
  void anyElementWithAHeaderManagerWillDo() {
    WithHeaders sampler = new WithHeaders();
    credential().authorize(sampler);
    assertEquals("Bearer " + server.token(1), sampler.manager.get(0).getValue());
  }

  @Test
  void anElementWithoutOneIsRefusedInWords() {
    Credential credential = credential();
    for (Object sampler : new Object[] {new JavaSampler(), "sampler", null}) {
      TollgateException e =
          assertThrows(TollgateException.class, () -> credential.authorize(sampler));
      assertEquals(ErrorCode.CONFIG, e.getCode());
      assertTrue(e.getMessage().contains("authorization()"), e.getMessage());
    }
  }

  private HTTPSamplerProxy sampler() {
    HTTPSamplerProxy sampler = new HTTPSamplerProxy("HttpClient4");
    sampler.setName("api");
    sampler.setDomain("127.0.0.1");
    sampler.setPort(server.port());
    sampler.setProtocol("http");
    sampler.setMethod("GET");
    sampler.setPath("/api");
    return sampler;
  }

  /** As third-party samplers do it: a getter, and merging when an element is added. */
  public static final class WithHeaders extends AbstractTestElement {
    private static final long serialVersionUID = 1L;
    private transient HeaderManager manager;

    public HeaderManager getHeaderManager() {
      return manager;
    }

    @Override
    public void addTestElement(TestElement element) {
      HeaderManager added = (HeaderManager) element;
      manager = manager == null ? added : manager.merge(added);
    }
  }
}
