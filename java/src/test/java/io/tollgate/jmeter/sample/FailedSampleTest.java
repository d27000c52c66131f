package io.tollgate.jmeter.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import eu.luminis.jmeter.wssampler.OpenWebSocketSampler;
import io.tollgate.Credential;
import io.tollgate.ErrorCode;
import io.tollgate.Tollgate;
import io.tollgate.TollgateException;
import io.tollgate.jmeter.elements.AuthorizationPreProcessor;
import io.tollgate.testing.Api;
import io.tollgate.testing.Plan;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import io.tollgate.testing.Until;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.samplers.Sampler;
import org.apache.jmeter.util.JMeterUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vn.zalopay.benchmark.GRPCSampler;

/** Samples without a token as dashboards and logs see them. */
class FailedSampleTest {
  private static final int THREADS = 3;
  private static final int LOOPS = 2;

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
    JMeterUtils.setProperty(FailedSample.CODE, "");
    server.close();
  }

  private Plan plan(Sampler sampler) {
    Tollgate.define(name, settings);
    AuthorizationPreProcessor element = new AuthorizationPreProcessor();
    element.setProfile(name);
    return Plan.of(sampler).with(element).threads(THREADS).loops(LOOPS);
  }

  /** From now on the gate is closed: each read meets it, not an answer that has not come yet. */
  private void throttle(String base) {
    settings.put("token_timeout", "100ms");
    settings.put("backoff_throttle_base", base);
    settings.put("backoff_cap", "1h");
    server.answerWith(429);
    Credential credential = Tollgate.define(name, settings);
    assertThrows(TollgateException.class, credential::token);
    Until.holds("the 429", () -> !credential.status().contains("\"throttled\":0,"));
  }

  private static Sampler webSocket() {
    OpenWebSocketSampler sampler = new OpenWebSocketSampler();
    sampler.setName("chat");
    sampler.setServer("127.0.0.1");
    sampler.setPort("9");
    sampler.setPath("/ws");
    return sampler;
  }

  private static Sampler grpc() {
    GRPCSampler sampler = new GRPCSampler();
    sampler.setName("grpc");
    return sampler;
  }

  @Test
  void codeAndMessageAreTheSameHoweverLongTheWaitAndTheBodySaysIt() {
    throttle("1h"); // it is half as long at least
    GRPCSampler.CALLS.clear();
    try (Api api = new Api()) {
      HTTPSamplerProxy http = api.sampler("/v2");
      for (Sampler sampler : Arrays.asList(http, webSocket(), grpc())) {
        Set<String> afterwards = ConcurrentHashMap.newKeySet();
        List<SampleResult> results =
            plan(sampler).after(result -> afterwards.add(result.getResponseCode())).run();
        assertEquals(THREADS * LOOPS, results.size());
        Set<String> rows =
            results.stream()
                .map(
                    r ->
                        r.getSampleLabel()
                            + " "
                            + r.getResponseCode()
                            + " "
                            + r.getResponseMessage())
                .collect(Collectors.toSet());
        assertEquals(1, rows.size(), rows.toString());
        String row = rows.iterator().next();
        assertTrue(row.startsWith(sampler.getName() + " TOLLGATE_"), row);
        assertFalse(row.contains("No request before"), row);
        assertTrue(row.contains("profile '" + name + "'"), row);
        String body = results.get(0).getResponseDataAsString();
        assertTrue(body.contains("No request before "), body);
        assertFalse(body.contains("\tat "), body);
        assertEquals(1, afterwards.size(), "PostProcessors hear of it: " + afterwards);
      }
      assertEquals(Collections.emptyList(), api.requests());
      assertEquals(Collections.emptyList(), GRPCSampler.CALLS);
    }
  }

  @Test
  void aSwitchKeepsCodeAndMessageAsJMeterWritesExceptions() {
    throttle("1h"); // it is half as long at least
    JMeterUtils.setProperty(FailedSample.CODE, "exception");
    try (Api api = new Api()) {
      SampleResult result = plan(api.sampler("/v2")).run().get(0);
      assertEquals(
          "Non HTTP response code: io.tollgate.TollgateException", result.getResponseCode());
      String message = result.getResponseMessage();
      assertTrue(message.startsWith("Non HTTP response message: "), message);
      assertTrue(message.contains("No request before "), message);
    }
  }

  @Test
  void anAnswerHasNoStackAndAFaultHas() {
    Set<ErrorCode> faults =
        new HashSet<>(Arrays.asList(ErrorCode.INTERNAL, ErrorCode.NATIVE_UNAVAILABLE));
    for (ErrorCode code : ErrorCode.values()) {
      TollgateException e = new TollgateException(code, "what\nwhen");
      assertEquals(faults.contains(code), e.getStackTrace().length > 0, code.name());
      assertEquals("what", e.getSummary());
      assertEquals("what when", e.again().getDetail());
      assertEquals(code + ": what when", e.getMessage());
    }
  }

  @Test
  void aTokenThatComesWhileTimersSleepIsSent() {
    throttle("100ms");
    try (Api api = new Api()) {
      List<SampleResult> results =
          plan(api.sampler("/v2"))
              .threads(1)
              .loops(1)
              .before(
                  sampler -> {
                    server.answerWith(200);
                    settings.put("token_timeout", "20s");
                    Tollgate.redefine(name, settings).token();
                  })
              .run();
      assertTrue(results.get(0).isSuccessful(), results.get(0).getResponseMessage());
      assertEquals(1, api.requests().size());
    }
  }
}
