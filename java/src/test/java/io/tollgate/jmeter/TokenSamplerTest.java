package io.tollgate.jmeter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Tollgate;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import io.tollgate.testing.Until;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.jmeter.config.Arguments;
import org.apache.jmeter.protocol.java.sampler.JavaSamplerContext;
import org.apache.jmeter.samplers.SampleResult;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TokenSamplerTest {
  @BeforeAll
  static void ready() {
    Plugin.ready();
  }

  private static JavaSamplerContext profile(String name) {
    Arguments arguments = new Arguments();
    arguments.addArgument("profile", name);
    return new JavaSamplerContext(arguments);
  }

  @Test
  void tellsFetchedFromCachedAndNeverTheToken() {
    try (TokenServer server = new TokenServer()) {
      String name = Plugin.newName();
      Tollgate.define(name, server.settings());
      TokenSampler sampler = new TokenSampler();
      SampleResult fetched = sampler.runTest(profile(name));
      SampleResult cached = sampler.runTest(profile(name));
      assertTrue(fetched.isSuccessful(), fetched.getResponseMessage());
      assertTrue(
          fetched.getResponseMessage().startsWith("fetched, generation 1, 3"),
          fetched.getResponseMessage());
      assertTrue(
          cached.getResponseMessage().startsWith("cached, generation 1, 3"),
          cached.getResponseMessage());
      for (SampleResult result : Arrays.asList(fetched, cached)) {
        assertEquals("200", result.getResponseCode());
        String all = result.getSamplerData() + result.getResponseDataAsString() + result;
        assertFalse(all.contains(server.token(1)), all);
      }
    }
  }

  @Test
  void aFailureIsASampleWithCodeAndWords() {
    String name = Plugin.newName();
    SampleResult result = new TokenSampler().runTest(profile(name));
    assertFalse(result.isSuccessful());
    assertEquals("TOLLGATE_CONFIG", result.getResponseCode());
    assertTrue(result.getResponseMessage().contains(name), result.getResponseMessage());
  }

  @Test
  void anInterruptOfTheSamplerEndsItsWait() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (TokenServer server = new TokenServer()) {
      server.hold();
      String name = Plugin.newName();
      Tollgate.define(name, server.settings());
      TokenSampler sampler = new TokenSampler();
      assertFalse(sampler.interrupt(), "nothing to interrupt yet");
      Future<SampleResult> result = thread.submit(() -> sampler.runTest(profile(name)));
      Until.holds("it waits", () -> Tollgate.credential(name).status().contains("\"waiters\":1"));
      assertTrue(sampler.interrupt());
      // At token_timeout it would end with another code.
      assertEquals("TOLLGATE_STOPPED", result.get(60, TimeUnit.SECONDS).getResponseCode());
    } finally {
      thread.shutdownNow();
    }
  }
}
