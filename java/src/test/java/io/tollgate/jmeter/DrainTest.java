package io.tollgate.jmeter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import io.tollgate.testing.Until;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.jmeter.config.Arguments;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.apache.jmeter.protocol.java.sampler.JavaSamplerContext;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.threads.JMeterContextService;
import org.apache.jmeter.util.JMeterUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With {@code refresh=drain} a refresh waits for the sends under way, and new ones for it. */
class DrainTest {
  private TokenServer server;
  private Map<String, Object> settings;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    settings = server.settings();
    settings.put("refresh", "drain");
    // Nothing but the end of a send ends a drain here: not the token's own end, nor a time-out.
    settings.put("drain_timeout", "2m");
    JMeterContextService.startTest();
  }

  @AfterEach
  void stop() {
    JMeterContextService.endTest();
    server.close();
  }

  private static String read(HTTPSamplerProxy sampler) {
    return sampler.getHeaderManager().getFirstHeaderNamed("Authorization").getValue();
  }

  /**
   * Only from now on a refresh is due: a send that was to begin before it has begun, however slow
   * its thread was. Another profile of the same credential says so.
   */
  private void isDue() {
    settings.put("refresh_interval", "100ms");
    Tollgate.define(Plugin.newName(), settings).status();
  }

  /** Returns when a drain waits for a send. The token that comes then is not due again. */
  private void drains(Credential credential) {
    isDue();
    Until.drains(credential);
    settings.remove("refresh_interval");
    Tollgate.define(Plugin.newName(), settings).status();
  }

  /** Runs it on a thread of its own, which is gone then. */
  private static void onAThread(Runnable send) throws InterruptedException {
    Thread thread = new Thread(send);
    thread.start();
    thread.join(TimeUnit.SECONDS.toMillis(60));
  }

  @Test
  void aReportEndsTheSendAndTheNextOneHasTheNextToken() throws Exception {
    Credential credential = Tollgate.define(Plugin.newName(), settings);
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    credential.authorize(sampler);
    assertEquals("Bearer " + server.token(1), read(sampler));
    drains(credential);

    Thread other = new Thread(() -> credential.token());
    other.start();
    Until.holds("it waits", () -> other.getState() == Thread.State.TIMED_WAITING);
    assertEquals(1, server.requests());

    SampleResult result = new SampleResult();
    result.setResponseCode("200");
    credential.report(result);
    Until.holds("the next token", () -> server.requests() == 2);
    other.join(TimeUnit.SECONDS.toMillis(60));
    credential.authorize(sampler);
    assertEquals("Bearer " + server.token(2), read(sampler));
    assertEquals(2, server.requests());
    assertTrue(credential.status().contains("\"drains\":1,"), credential.status());
    assertTrue(credential.status().contains("\"cut_off\":0"), credential.status());
  }

  @Test
  void theNextSampleOfAThreadEndsItsLastOneWhereNothingIsReported() {
    Credential credential = Tollgate.define(Plugin.newName(), settings);
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    credential.authorize(sampler);
    assertEquals("Bearer " + server.token(1), read(sampler));
    drains(credential);
    credential.authorize(sampler);
    assertEquals("Bearer " + server.token(2), read(sampler));
    assertEquals(2, server.requests());
  }

  @Test
  void stringsAreSendsTooAndTheNextReadEndsThem() {
    Credential credential = Tollgate.define(Plugin.newName(), settings);
    assertEquals(server.token(1), credential.token());
    drains(credential);
    assertEquals(server.token(2), credential.token());
  }

  @Test
  void aDownloadOnBehalfOfASampleEndsWithTheSample() throws Exception {
    Credential credential = Tollgate.define(Plugin.newName(), settings);
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    credential.authorize(sampler);
    onAThread(() -> read(sampler));
    assertEquals("Bearer " + server.token(1), read(sampler));
    drains(credential);
    credential.report(200, null, null);
    Until.holds("the next token", () -> server.requests() == 2);
  }

  @Test
  void anEndedThreadHasNoSendsInFlight() throws Exception {
    Credential credential = Tollgate.define(Plugin.newName(), settings);
    onAThread(credential::token);
    drains(credential);
    assertEquals(server.token(2), credential.token());
    assertTrue(credential.status().contains("\"cut_off\":0"), credential.status());
  }

  @Test
  void theFirstReadOfAProfileCountsAsWell() {
    String name = Plugin.newName();
    settings.forEach(
        (key, value) ->
            JMeterUtils.setProperty("tollgate.profile." + name + "." + key, "" + value));
    Credential credential = Tollgate.credential(name);
    assertEquals(server.token(1), credential.token());
    drains(credential);
    credential.report(200, null, null);
    Until.holds("the next token", () -> server.requests() == 2);
  }

  @Test
  void aDownloadThreadServesTwoSamplesAndTheEndOfOneIsNotTheOthers() throws Exception {
    Credential credential = Tollgate.define(Plugin.newName(), settings);
    HTTPSamplerProxy first = new HTTPSamplerProxy();
    HTTPSamplerProxy second = new HTTPSamplerProxy();
    ExecutorService downloads = Executors.newSingleThreadExecutor();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      credential.authorize(first);
      downloads.submit(() -> read(first)).get();
      thread.submit(() -> credential.authorize(second)).get();
      downloads.submit(() -> read(second)).get();
      credential.report(200, null, null);
      drains(credential);
      thread.submit(() -> credential.report(200, null, null)).get();
      Until.holds("the next token", () -> server.requests() == 2);
    } finally {
      downloads.shutdownNow();
      thread.shutdownNow();
    }
  }

  @Test
  void aTokenThatIsOnlyLookedAtIsNoSend() {
    String name = Plugin.newName();
    Tollgate.define(name, settings);
    Arguments arguments = new Arguments();
    arguments.addArgument("profile", name);
    assertTrue(new TokenSampler().runTest(new JavaSamplerContext(arguments)).isSuccessful());
    assertTrue(new TokenSampler().runTest(new JavaSamplerContext(arguments)).isSuccessful());
    isDue();
    Until.holds("the next token", () -> server.requests() >= 2); // and it is due again soon
  }

  @Test
  void aDownloadWithATokenThatCameLateEndsWithItsSampleToo() throws Exception {
    settings.put("token_timeout", "300ms");
    server.hold();
    Credential credential = Tollgate.define(Plugin.newName(), settings);
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    credential.authorize(sampler);
    server.release();
    Until.holds("a token", () -> credential.status().contains("\"state\":\"valid\""));
    onAThread(() -> read(sampler));
    drains(credential);
    credential.report(200, null, null);
    Until.holds("the next token", () -> server.requests() == 2);
  }
}
