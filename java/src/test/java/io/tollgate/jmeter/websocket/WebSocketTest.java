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
import io.tollgate.testing.TokenServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.control.HeaderManager;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.threads.JMeterContextService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The WebSocket samplers that most plans use: a live header on the upgrade, and its 401 heard. */
class WebSocketTest {
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private TokenServer server;
  private ServerSocket api;

  @BeforeEach
  void start() throws Exception {
    Plugin.ready();
    server = new TokenServer();
    api = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::refuseUpgrades, "api");
    thread.setDaemon(true);
    thread.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    api.close();
  }

  /** Answers 401 to every upgrade, and remembers what it was asked with. */
  private void refuseUpgrades() {
    try {
      while (true) {
        try (Socket socket = api.accept()) {
          BufferedReader in =
              new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
          for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            if (line.toLowerCase().startsWith("authorization:")) {
              authorizations.add(line.substring("authorization:".length()).trim());
            }
          }
          String answer = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
          socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        }
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private OpenWebSocketSampler sampler() {
    OpenWebSocketSampler sampler = new OpenWebSocketSampler();
    sampler.setName("chat");
    sampler.setServer("127.0.0.1");
    sampler.setPort(String.valueOf(api.getLocalPort()));
    sampler.setPath("/ws");
    sampler.setConnectTimeout("5000");
    sampler.setReadTimeout("5000");
    return sampler;
  }

  @Test
  void theUpgradeCarriesTheTokenAndIts401BringsTheNext() {
    Credential credential = Tollgate.define(Plugin.newName(), server.settings());
    OpenWebSocketSampler sampler = sampler();
    HeaderManager ofThePlan = new HeaderManager();
    ofThePlan.add(new Header("X-Plan", "its own"));
    sampler.addTestElement(ofThePlan);
    for (int i = 1; i <= 2; i++) {
      credential.authorize(sampler);
      SampleResult result = sampler.sample(null);
      assertFalse(result.isSuccessful());
      assertEquals("401", result.getResponseCode());
      credential.report(result);
      assertEquals(i, authorizations.size());
      assertEquals("Bearer " + server.token(i), authorizations.get(i - 1));
    }
    assertEquals(1, ofThePlan.size(), "the plan's Header Manager is not touched");
    assertTrue(credential.status().contains("\"rejected\":2"), credential.status());
  }

  private SampleResult[] run(Credential credential, int loops) {
    HeaderManager ofThePlan = new HeaderManager();
    ofThePlan.add(new Header("X-Plan", "its own"));
    return Plan.of(sampler())
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
        Arrays.asList("Bearer " + server.token(1), "Bearer " + server.token(2)), authorizations);
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
    assertEquals(0, authorizations.size());
    assertEquals(1, server.requests());
  }

  @Test
  void mergingThePlansHeadersBeforeTheNextSampleReadsNoToken() {
    Credential credential = Tollgate.define(Plugin.newName(), server.settings());
    OpenWebSocketSampler sampler = sampler();
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
