package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.profile.WaitingThreads;
import io.tollgate.testing.Api;
import io.tollgate.testing.CpuWait;
import io.tollgate.testing.Plan;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import io.tollgate.testing.Until;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.jmeter.engine.util.NoThreadClone;
import org.apache.jmeter.protocol.http.sampler.HTTPSampleResult;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.testelement.AbstractTestElement;
import org.apache.jmeter.threads.JMeterContextService;
import org.apache.jmeter.threads.JMeterThread;
import org.apache.jmeter.timers.Timer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BackoffTimerTest {
  private static final String WAIT = "Retry-After: 1\n";

  private final CpuWait cpuWait = new CpuWait();
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
  void nothingIsSentWhileTheGateIsClosedAndNoSampleHasThePause() {
    try (Api api = new Api()) {
      Plan plan = plan(api).with(Elements.timer()).threads(3);
      String token = credential.token();
      // Before the gate closes: threads that are late for it find less of it, or nothing.
      long start = System.nanoTime();
      long startMillis = System.currentTimeMillis();
      credential.report(429, WAIT, token);
      List<SampleResult> results = plan.run();
      assertTrue(millisSince(start) >= 1000, "sent after " + millisSince(start) + " ms");
      assertEquals(3, results.stream().filter(SampleResult::isSuccessful).count());
      for (SampleResult result : results) {
        long begun = result.getStartTime() - startMillis;
        // JMeter's clock of samples and the system's are some milliseconds apart.
        assertTrue(begun >= 900, "a sample began after " + begun + " ms");
      }
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
  void aLimitOfOneOriginHoldsNoSampleThatGoesToAnother() {
    settings.put("max_pause", "300ms");
    credential = Tollgate.define(name, settings);
    try (Api limited = new Api(BackoffTimerTest::throttle);
        Api free = new Api()) {
      assertEquals(0, pausedIn(limited), "the first to hear of it");
      assertEquals(0, pausedIn(free));
      assertTrue(pausedIn(limited) >= 300, credential.status());
      assertEquals(2, limited.requests().size());
      assertEquals(1, free.requests().size());
    }
  }

  private static int throttle(HttpExchange exchange) {
    exchange.getResponseHeaders().set("Retry-After", "100");
    return 429;
  }

  /** Runs a plan of one sample and tells the milliseconds that it paused. */
  private long pausedIn(Api api) {
    Plan.of(api.sampler("/v2"))
        .with(Elements.authorization(name))
        .with(Elements.timer())
        .after(credential::report)
        .run();
    return paused();
  }

  private long paused() {
    return Long.parseLong(credential.status().replaceAll(".*\"paused_ms\":(\\d+).*", "$1"));
  }

  @Test
  void whileAllGatesAreOpenTheFieldsOfASamplerAreNotLookedAt() {
    credential = Tollgate.define(name, settings);
    AtomicInteger looks = new AtomicInteger();
    HTTPSamplerBase sampler =
        new HTTPSamplerBase() {
          private static final long serialVersionUID = 1L;

          @Override
          protected HTTPSampleResult sample(URL url, String method, boolean redirect, int depth) {
            throw new UnsupportedOperationException("it is only looked at");
          }

          @Override
          public String getDomain() {
            looks.incrementAndGet();
            return "127.0.0.1";
          }
        };
    JMeterContextService.getContext().setCurrentSampler(sampler);
    BackoffTimer timer = Elements.timer();
    timer.setProfile(name);
    timer.delay();
    timer.sampleStarting(sampler);
    assertEquals(0, looks.get());
    settings.put("max_pause", "1ms");
    credential = Tollgate.redefine(name, settings);
    close("Retry-After: 100\n");
    timer.delay();
    assertTrue(looks.get() > 0, "a control that never looks is none");
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
                        closed.set(System.nanoTime());
                        close(WAIT);
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
      long paused = paused();
      assertTrue(paused >= 300, "paused " + paused + " ms");
      long pauses = WaitingThreads.waited(WaitingThreads.Cause.API_GATE).get(name).count();
      assertEquals(1, pauses, "pauses of " + paused + " ms");
    }
  }

  @Test
  void aStopEndsThePauseAndNothingIsSentAfterIt() throws Exception {
    for (String pausing : new String[] {"delay", "sampleStarting"}) {
      name = Plugin.newName();
      settings.put("client_id", name); // another credential, whose gate is open
      AtomicLong stopped = new AtomicLong();
      try (Api api = new Api()) {
        Runnable closes =
            () -> {
              close("Retry-After: 100\n");
              stopOnce(pausing, stopped);
            };
        Plan plan = plan(api);
        if (pausing.equals("delay")) {
          plan.before(sampler -> closes.run()).with(Elements.timer());
        } else {
          plan.with(Elements.timer()).with(new Other(closes));
        }
        assertEquals(0, plan.run().size());
        assertEquals(0, api.requests().size());
        // The pause would last for 100 s.
        cpuWait.allows(millisSince(stopped.get()), 30_000, "the end of JMeter");
      }
    }
  }

  /** Stops this JMeter thread as a Shutdown does, once it is in that method of the timer. */
  private static void stopOnce(String method, AtomicLong stopped) {
    JMeterThread jmeterThread = JMeterContextService.getContext().getThread();
    Thread thread = Thread.currentThread();
    Thread stops =
        new Thread(
            () -> {
              Until.holds("the pause in " + method, () -> isPausing(thread, method));
              stopped.set(System.nanoTime());
              jmeterThread.stop();
            });
    stops.setDaemon(true);
    stops.start();
  }

  private static boolean isPausing(Thread thread, String method) {
    boolean pauses = false;
    for (StackTraceElement frame : thread.getStackTrace()) {
      pauses |= frame.getClassName().endsWith("ApiPause") && frame.getMethodName().equals("sleep");
      if (pauses && frame.getMethodName().equals(method)) {
        return true;
      }
    }
    return false;
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
