package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Tollgate;
import io.tollgate.testing.Api;
import io.tollgate.testing.Plan;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import io.tollgate.testing.Until;
import java.util.List;
import java.util.stream.Stream;
import org.apache.jmeter.engine.StandardJMeterEngine;
import org.apache.jmeter.engine.TreeCloner;
import org.apache.jmeter.engine.TreeClonerNoTimer;
import org.apache.jmeter.gui.action.validation.TreeClonerForValidation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** JMeter's window runs copies of a plan, some without its timers, and one after the other. */
class GuiRunTest {
  private static final int THREADS = 2;
  private static final int LOOPS = 3;

  private TokenServer server;
  private Api api;
  private String name;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    api = new Api();
    name = Plugin.newName();
    Tollgate.define(name, server.settings());
  }

  @AfterEach
  void stop() {
    api.close();
    server.close();
  }

  private Plan plan(Api of) {
    BackoffTimer timer = Elements.timer();
    timer.setProperty("profile", name);
    return Plan.of(of.sampler("/x"))
        .with(timer)
        .with(Elements.authorization(name))
        .with(Elements.feedback());
  }

  static Stream<Arguments> starts() {
    return Stream.of(
        Arguments.of("Start", new TreeCloner(false), THREADS * LOOPS),
        Arguments.of("Start no pauses", new TreeClonerNoTimer(false), THREADS * LOOPS),
        Arguments.of("Validate", new TreeClonerForValidation(false), 1));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("starts")
  void everyRequestCarriesTheToken(String start, TreeCloner cloner, int requests) {
    plan(api).threads(THREADS).loops(LOOPS).copiedBy(cloner).run();
    assertAuthorized(api.requests(), requests);
  }

  @Test
  void aRunThatWasStoppedDoesNotSpoilTheNext() throws Exception {
    Thread stop =
        new Thread(
            () -> {
              Until.holds("a request", () -> !api.requests().isEmpty());
              StandardJMeterEngine.stopEngine();
            });
    stop.start();
    plan(api).threads(THREADS).seconds(60).copiedBy(new TreeCloner(false)).run();
    stop.join();
    // Another API: what the stop cut off may arrive at the first one when its run is over.
    try (Api next = new Api()) {
      plan(next).threads(THREADS).loops(LOOPS).copiedBy(new TreeCloner(false)).run();
      assertAuthorized(next.requests(), THREADS * LOOPS);
    }
    List<String> first = api.requests();
    assertTrue(!first.isEmpty(), "the first run was stopped before it began");
    assertAuthorized(first, first.size());
  }

  private void assertAuthorized(List<String> requests, int number) {
    assertEquals(number, requests.size(), requests::toString);
    String wanted = "/x Bearer " + server.token(1) + " none";
    assertTrue(requests.stream().allMatch(wanted::equals), requests::toString);
    assertEquals(1, server.requests(), "token requests");
  }
}
