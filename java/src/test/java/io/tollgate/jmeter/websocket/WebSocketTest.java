package io.tollgate.jmeter.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import eu.luminis.jmeter.wssampler.OpenWebSocketSampler;
import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.TollgateException;
import io.tollgate.testing.Plan;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.RefusedUpgrades;
import io.tollgate.testing.TokenServer;
import java.util.Arrays;
import java.util.List;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.control.HeaderManager;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.threads.JMeterContextService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The WebSocket samplers that most plans use: a live header on the upgrade, and its 401 heard. */
class WebSocketTest {
  private static final String UPGRADE = "/ws | authorization: Bearer ";

  private TokenServer server;
  private RefusedUpgrades api;

  @BeforeEach
  void start() throws Exception {
    Plugin.ready();
    server = new TokenServer();
    api = new RefusedUpgrades();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    api.close();
  }

  private List<String> authorizations() {
    return api.requests("authorization");
  }

  @Test
  void theUpgradeCarriesTheTokenAndIts401BringsTheNext() {
    Credential credential = Tollgate.define(Plugin.newName(), server.settings());
    OpenWebSocketSampler sampler = api.sampler("/ws");
    HeaderManager ofThePlan = new HeaderManager();
    ofThePlan.add(new Header("X-Plan", "its own"));
    sampler.addTestElement(ofThePlan);
    for (int i = 1; i <= 2; i++) {
      credential.authorize(sampler);
      SampleResult result = sampler.sample(null);
      assertFalse(result.isSuccessful());
      assertEquals("401", result.getResponseCode());
      credential.report(result);
      assertEquals(i, authorizations().size());
      assertEquals(UPGRADE + server.token(i), authorizations().get(i - 1));
    }
    assertEquals(1, ofThePlan.size(), "the plan's Header Manager is not touched");
    assertTrue(credential.status().contains("\"rejected\":2"), credential.status());
  }

  private SampleResult[] run(Credential credential, int loops) {
    HeaderManager ofThePlan = new HeaderManager();
    ofThePlan.add(new Header("X-Plan", "its own"));
    return Plan.of(api.sampler("/ws"))
        .with(ofThePlan)
        .before(credential::authorize)
        .after(credential::report)
        .loops(loops)
        .run()
        .toArray(new SampleResult[0]);
  }

  @Test
  void inAPlanEachUpgradeCarriesTheTokenOfItsTime() {
    Credential credential = Tollgate.define(Plugin.newName(), server.settings());
    assertEquals(2, run(credential, 2).length);
    assertEquals(
        Arrays.asList(UPGRADE + server.token(1), UPGRADE + server.token(2)), authorizations());
  }

  @Test
  void withoutATokenThereIsAFailedSampleAllTheSameAndNothingIsSent() {
    server.answerWith(401);
    Credential credential = Tollgate.define(Plugin.newName(), server.settings());
    SampleResult[] results = run(credential, 3);
    assertEquals(3, results.length);
    for (SampleResult result : results) {
      assertFalse(result.isSuccessful());
      assertTrue(
          result.getResponseMessage().contains("CREDENTIAL_REJECTED"), result.getResponseMessage());
      assertEquals("chat", result.getSampleLabel());
      assertEquals("group 1-1", result.getThreadName());
    }
    assertEquals(0, authorizations().size());
    assertEquals(1, server.requests());
  }

  @Test
  void mergingThePlansHeadersBeforeTheNextSampleReadsNoToken() {
    Credential credential = Tollgate.define(Plugin.newName(), server.settings());
    OpenWebSocketSampler sampler = api.sampler("/ws");
    HeaderManager ofThePlan = new HeaderManager();
    ofThePlan.add(new Header("X-Plan", "its own"));
    sampler.addTestElement(ofThePlan);
    credential.authorize(sampler);
    String token = credential.token();
    server.answerWith(401);
    credential.report(401, null, token);
    JMeterContextService.getContext().cleanAfterSample(); // as JMeter does after each
    sampler.addTestElement(ofThePlan); // as JMeter does before each
    assertThrows(TollgateException.class, credential::token, "there is none now");
  }
}
