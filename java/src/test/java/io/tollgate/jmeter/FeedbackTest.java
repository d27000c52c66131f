package io.tollgate.jmeter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.net.URL;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import org.apache.jmeter.protocol.http.sampler.HTTPSampleResult;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.threads.JMeterContextService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FeedbackTest {
  private TokenServer server;
  private Credential credential;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    credential = Tollgate.define(Plugin.newName(), server.settings());
    JMeterContextService.getContext().getSamplerContext().clear();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static SampleResult result(String code, String requestHeaders, String responseHeaders)
      throws Exception {
    SampleResult result = new SampleResult();
    result.setResponseCode(code);
    result.setRequestHeaders(requestHeaders);
    result.setResponseHeaders(responseHeaders);
    result.setURL(new URL("https://api.example:8443/v2"));
    return result;
  }

  /** As HTTP Request makes them for what HTTP Cache Manager has. */
  private static HTTPSampleResult cached(String code) throws Exception {
    HTTPSampleResult result = new HTTPSampleResult();
    result.setResponseCode(code);
    result.setURL(new URL("https://api.example:8443/v2"));
    return result;
  }

  private String sent(int number) {
    return "Connection: keep-alive\nauthorization: Bearer " + server.token(number) + "\nA: b\n";
  }

  @Test
  void a401InvalidatesTheTokenThatWasSentAndALateOneNothing() throws Exception {
    assertEquals(server.token(1), credential.token());
    credential.report(result("401", sent(1), ""));
    assertEquals(server.token(2), credential.token());
    credential.report(result("200", sent(2), ""));
    credential.report(result("401", sent(1), ""));
    assertEquals(server.token(2), credential.token());
    assertEquals(2, server.requests());
  }

  @Test
  void anAnswerOfTheCacheManagerSaysNothingOfTheToken() throws Exception {
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    credential.authorize(sampler);
    assertEquals("Bearer " + server.token(1), sampler.getHeaderManager().get(0).getValue());
    credential.report(cached("401"));
    assertEquals(server.token(1), credential.token());
    HTTPSampleResult sent = cached("401");
    sent.setSentBytes(100);
    credential.report(sent);
    assertEquals(server.token(2), credential.token(), "what was sent counts");
  }

  @Test
  void withoutARecordedHeaderTheStampOfTheLiveHeaderTells() throws Exception {
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    credential.authorize(sampler);
    assertEquals("Bearer " + server.token(1), sampler.getHeaderManager().get(0).getValue());
    credential.report(result("401", "", ""));
    assertEquals(server.token(2), credential.token());
  }

  @Test
  void whatWasSentBeforeARedefinitionInvalidatesNoTokenThatCameAfter() throws Exception {
    String name = Plugin.newName();
    Map<String, Object> settings = server.settings();
    settings.put("scope", "one");
    Credential redefined = Tollgate.define(name, settings);
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    redefined.authorize(sampler);
    assertEquals("Bearer " + server.token(1), sampler.getHeaderManager().get(0).getValue());
    settings.put("scope", "two");
    assertSame(redefined, Tollgate.redefine(name, settings));
    assertEquals(server.token(2), redefined.token());
    for (String recorded : Arrays.asList(sent(1), "Authorization: ***\n", "")) {
      redefined.report(result("401", recorded, ""));
      assertEquals(server.token(2), redefined.token(), recorded);
    }
    redefined.report(result("401", sent(2), ""));
    assertEquals(server.token(3), redefined.token(), "its own 401 does");
  }

  @Test
  void anUnattributed401InvalidatesNothing() throws Exception {
    assertEquals(server.token(1), credential.token());
    credential.report(result("401", "Authorization: Bearer something-else\n", ""));
    credential.report(result("401", "", ""));
    credential.report(401, null, null);
    assertEquals(server.token(1), credential.token());
    assertTrue(credential.status().contains("\"rejected_unattributed\":3"), credential.status());
  }

  @Test
  void a429ClosesTheGateWhateverTheCaseOfItsHeaders() throws Exception {
    assertEquals(server.token(1), credential.token());
    assertEquals(0, credential.pauseMillis());
    credential.report(result("429", sent(1), "HTTP/1.1 429 \nretry-AFTER: 700\n"));
    assertTrue(credential.pauseMillis() > 600_000, credential.status());
  }

  @Test
  void rateHeadersOfASuccessCloseTheGateOnceNothingRemains() throws Exception {
    assertEquals(server.token(1), credential.token());
    String left = "HTTP/1.1 200 OK\nX-RateLimit-Remaining: %s\nX-RateLimit-Reset: 600\n";
    for (int i = 9; i > 0; i--) {
      credential.report(result("200", sent(1), String.format(left, i)));
      assertEquals(0, credential.pauseMillis(), credential.status());
    }
    credential.report(result("200", sent(1), String.format(left, 0)));
    assertTrue(credential.pauseMillis() > 500_000, credential.status());
  }

  @Test
  void headersMayComeAsAMapOrAsText() {
    for (Object headers :
        new Object[] {
          Collections.singletonMap("Retry-After", Arrays.asList("900")),
          Collections.singletonMap("Retry-After", 900),
          "HTTP/1.1 429 Too Many\r\nRetry-After: 900\r\n\r\n"
        }) {
      try (TokenServer own = new TokenServer()) {
        Credential fresh = Tollgate.define(Plugin.newName(), own.settings());
        fresh.report(429, headers, fresh.authorization());
        assertTrue(fresh.pauseMillis() > 800_000, headers + ": " + fresh.status());
      }
    }
  }

  @Test
  void resultsWithoutAnHttpStatusAreIgnored() throws Exception {
    assertEquals(server.token(1), credential.token());
    for (String code :
        new String[] {"Non HTTP response code: java.net.SocketException", "", null, "4 1", "OK"}) {
      credential.report(result(code, sent(1), ""));
    }
    assertEquals(-1, Feedback.status("٤٠١"));
    assertEquals(401, Feedback.status(" 401"));
    assertEquals(server.token(1), credential.token());
  }

  @Test
  void a403IsCountedAlsoOfATokenThatIsKnownToBeGoodAndRefreshesNothing() throws Exception {
    assertEquals(server.token(1), credential.token());
    credential.report(result("200", sent(1), ""));
    credential.report(result("403", sent(1), ""));
    assertTrue(credential.status().contains("\"forbidden\":1"), credential.status());
    assertEquals(server.token(1), credential.token());
    assertEquals(1, server.requests());
  }
}
