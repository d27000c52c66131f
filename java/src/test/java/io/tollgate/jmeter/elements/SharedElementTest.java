package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Tollgate;
import io.tollgate.testing.Api;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.jmeter.engine.util.CompoundVariable;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.testbeans.TestBeanHelper;
import org.apache.jmeter.testelement.AbstractTestElement;
import org.apache.jmeter.testelement.property.FunctionProperty;
import org.apache.jmeter.threads.JMeterContext;
import org.apache.jmeter.threads.JMeterContextService;
import org.apache.jmeter.threads.JMeterVariables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One element that several threads run at once, as some controllers of other plugins do. */
class SharedElementTest {
  private static final int THREADS = 8;
  private static final int SAMPLES = 200;

  private TokenServer server;
  private String name;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    name = Plugin.newName();
    Tollgate.define(name, server.settings());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** Runs it so on all threads together; the argument is a number from 0 on. */
  private static <T> List<T> together(ThrowingFunction<T> each) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    CyclicBarrier start = new CyclicBarrier(THREADS);
    try {
      List<Future<T>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int number = i;
        Callable<T> one =
            () -> {
              start.await(60, TimeUnit.SECONDS);
              return each.apply(number);
            };
        running.add(threads.submit(one));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> one : running) {
        results.add(one.get(60, TimeUnit.SECONDS));
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private interface ThrowingFunction<T> {
    T apply(int number) throws Exception;
  }

  private static void variable(AbstractTestElement element, String field, String text)
      throws Exception {
    element.setProperty(new FunctionProperty(field, new CompoundVariable(text)));
  }

  @Test
  void eachThreadsSamplerGetsTheTokenOfItsOwnUserWithItsOwnPassword() throws Exception {
    AuthorizationPreProcessor element = Elements.authorization(name);
    variable(element, "user", "${who}");
    variable(element, "password", "of-${who}");
    element.setRunningVersion(true);
    try (Api api = new Api()) {
      List<Set<String>> values =
          together(
              number -> {
                JMeterContext context = JMeterContextService.getContext();
                context.setVariables(new JMeterVariables());
                context.getVariables().put("who", "user" + number);
                Set<String> seen = new HashSet<>();
                for (int i = 0; i < SAMPLES; i++) {
                  HTTPSamplerProxy sampler = api.sampler("/v2");
                  context.setCurrentSampler(sampler);
                  TestBeanHelper.prepare(element);
                  element.process();
                  seen.add(
                      sampler.getHeaderManager() == null
                          ? "none"
                          : sampler.getHeaderManager().get(0).getValue());
                  context.cleanAfterSample();
                }
                return seen;
              });
      assertTrue(values.stream().allMatch(seen -> seen.size() == 1), values::toString);
      assertEquals(THREADS, new HashSet<>(values).size(), values::toString);
    }
    assertEquals(THREADS, server.requests(), server.forms()::toString);
    for (String form : server.forms()) {
      String user = form.replaceAll(".*username=(user\\d).*", "$1");
      assertTrue(form.contains("password=of-" + user), form);
    }
  }

  @Test
  void eachThreadsResultIsMaskedAndNoOther() throws Exception {
    FeedbackPostProcessor element = Elements.feedback("maskTokens");
    element.setProperty("profile", name);
    element.setRunningVersion(true);
    List<String> headers =
        together(
            number -> {
              JMeterContext context = JMeterContextService.getContext();
              SampleResult result = new SampleResult();
              result.setRequestHeaders("Authorization: Bearer secret\n");
              context.setPreviousResult(result);
              TestBeanHelper.prepare(element);
              element.process();
              return result.getRequestHeaders();
            });
    assertEquals(
        THREADS,
        headers.stream().filter("Authorization: ***\n"::equals).count(),
        () -> headers.stream().collect(Collectors.joining()));
  }

  @Test
  void whatCodeSetsIsInTheCloneThatRuns() {
    AuthorizationPreProcessor element = new AuthorizationPreProcessor();
    element.setProfile("one");
    element.setUser("ann");
    element.setPassword("pw");
    AuthorizationPreProcessor copy = (AuthorizationPreProcessor) element.clone();
    assertEquals("one ann pw", copy.getProfile() + " " + copy.getUser() + " " + copy.getPassword());
    FeedbackPostProcessor feedback = new FeedbackPostProcessor();
    feedback.setProfile("one");
    feedback.setMaskTokens(true);
    feedback.setReplayRejected(true);
    feedback.setReplayAnyMethod(true);
    FeedbackPostProcessor report = (FeedbackPostProcessor) feedback.clone();
    assertEquals("one", report.getProfile());
    assertTrue(report.getMaskTokens() && report.getReplayRejected() && report.getReplayAnyMethod());
    BackoffTimer timer = new BackoffTimer();
    timer.setProfile("one");
    assertEquals("one", ((BackoffTimer) timer.clone()).getProfile());
  }

  @Test
  void testBeanHelperWhichLogsAllItReadsFindsNoPasswordInARun() {
    AuthorizationPreProcessor element = Elements.authorization(name);
    element.setProperty("password", "s3cr3t");
    element.setRunningVersion(true);
    assertEquals("", element.getProperty("password").getStringValue());
    TestBeanHelper.prepare(element);
    assertEquals("s3cr3t", element.getPassword());
  }
}
