package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.testing.Api;
import io.tollgate.testing.Plan;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.jmeter.engine.util.NoThreadClone;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.testelement.AbstractTestElement;
import org.apache.jmeter.threads.JMeterContextService;
import org.apache.jmeter.timers.Timer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BackoffTimerTest {
  private static final String WAIT = "Retry-After: 1\n";

  private TokenServer server;
  private Map<String, Object> settings;
  private Credential credential;
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

  private Plan plan(Api api) {
    credential = Tollgate.define(name, settings);
    return Plan.of(api.sampler("/v2")).with(Elements.authorization(name));
  }

  private void close(String headers) {
    credential.report(429, headers, credential.token());
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  @Test
  void nothingIsSentWhileTheGateIsClosedAndTheTimeIsReported() {
    try (Api api = new Api()) {
      Plan plan = plan(api).with(Elements.timer()).threads(3);
      close(WAIT);
      long start = System.nanoTime();
      List<SampleResult> results = plan.run();
      assertTrue(millisSince(start) >= 1000, "sent after " + millisSince(start) + " ms");
      assertEquals(3, results.stream().filter(SampleResult::isSuccessful).count());
      assertTrue(results.stream().allMatch(result -> result.getTime() < 1000), "in the sample");
      assertFalse(credential.status().contains("\"paused_ms\":0,"), credential.status());
    }
  }

  @Test
  void controlWithoutTheTimerTheyAreSent() {
    try (Api api = new Api()) {
      Plan plan = plan(api);
      close("Retry-After: 100\n");
      assertTrue(plan.run().get(0).isSuccessful());
      assertTrue(credential.status().contains("\"paused_ms\":0,"), credential.status());
    }
  }

  @Test
  void aGateThatClosesWhileOtherTimersSleepIsHeededToo() {
    try (Api api = new Api()) {
      AtomicLong closed = new AtomicLong();
      Plan plan =
          plan(api)
              .with(Elements.timer())
              .with(
                  new Other(
                      () -> {
                        close(WAIT);
                        closed.set(System.nanoTime());
                      }));
      assertTrue(plan.run().get(0).isSuccessful());
      assertTrue(millisSince(closed.get()) >= 1000, millisSince(closed.get()) + " ms");
    }
  }

  @Test
  void aPauseThatIsCutShortIsNotFollowedByAnother() {
    settings.put("max_pause", "300ms");
    try (Api api = new Api()) {
      Plan plan = plan(api).with(Elements.timer());
      close("Retry-After: 100\n");
      assertTrue(plan.run().get(0).isSuccessful());
      long paused =
          Long.parseLong(credential.status().replaceAll(".*\"paused_ms\":(\\d+).*", "$1"));
      assertTrue(paused >= 300 && paused < 600, "paused " + paused + " ms");
    }
  }

  @Test
  void aStopEndsThePauseAndNothingIsSentAfterIt() {
    for (boolean late : new boolean[] {false, true}) {
      try (Api api = new Api()) {
        AtomicLong stopped = new AtomicLong();
        Runnable stop =
            () -> {
              stopped.set(System.nanoTime());
              JMeterContextService.getContext().getThread().stop();
            };
        Plan plan = plan(api);
        if (late) {
          plan.with(Elements.timer())
              .with(
                  new Other(
                      () -> {
                        close("Retry-After: 100\n");
                        stop.run();
                      }));
        } else {
          plan.before(
                  sampler -> {
                    close("Retry-After: 100\n");
                    stop.run();
                  })
              .with(Elements.timer());
        }
        assertEquals(0, plan.run().size());
        assertEquals(0, api.requests().size());
        assertTrue(millisSince(stopped.get()) < 2000, "JMeter ended late");
      }
      name = Plugin.newName();
    }
  }

  @Test
  void aWaitBeyondTheScheduledEndLastsToTheEndAndIsNoEarlyDeath() {
    try (Api api = new Api()) {
      Plan plan = plan(api).with(Elements.timer()).seconds(2);
      close("Retry-After: 100\n");
      long start = System.nanoTime();
      assertEquals(0, plan.run().size());
      assertTrue(millisSince(start) >= 1900, "ended after " + millisSince(start) + " ms");
      assertTrue(millisSince(start) < 30_000, "ended after " + millisSince(start) + " ms");
    }
  }

  @Test
  void whatTheApiAsksForIsNotScaled() {
    assertFalse(new BackoffTimer().isModifiable());
  }

  /** A timer of the plan, during whose sleep something happens. */
  private static final class Other extends AbstractTestElement implements Timer, NoThreadClone {
    private static final long serialVersionUID = 1L;
    private final transient Runnable happening;

    Other(Runnable happening) {
      this.happening = happening;
    }

    @Override
    public long delay() {
      happening.run();
      return 1;
    }
  }
}
