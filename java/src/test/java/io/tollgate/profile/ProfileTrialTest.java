package io.tollgate.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.ErrorCode;
import io.tollgate.Tollgate;
import io.tollgate.TollgateException;
import io.tollgate.run.Journal;
import io.tollgate.run.JvmEngine;
import io.tollgate.run.Runs;
import io.tollgate.testing.LogLines;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import io.tollgate.testing.Until;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.jmeter.threads.JMeterContextService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A trial asks once, tells what it meets, and leaves nothing to the run that follows. */
class ProfileTrialTest {
  private TokenServer server;
  private String name;
  private Map<String, String> settings;
  private final List<String> attempts = new ArrayList<>();

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    name = Plugin.newName();
    settings = ProfileSettings.of(server.settings());
  }

  @AfterEach
  void stop() {
    server.close();
    JMeterContextService.endTest();
  }

  private ProfileTrial tried(Map<String, String> given) {
    return ProfileTrial.of(name, given, entry -> attempts.add(entry.kind()));
  }

  private ErrorCode refused(Map<String, String> given) {
    ProfileTrial trial = tried(given);
    TollgateException failure = trial.failure();
    assertTrue(failure != null, "there is a token");
    return failure.getCode();
  }

  private void startRun() {
    Until.holds(
        "another run",
        () -> {
          long ended = Runs.current();
          JMeterContextService.endTest();
          JMeterContextService.startTest();
          return Runs.current() != ended;
        });
    Runs.follow(JvmEngine.get());
  }

  /** A trial goes without the store. Whether a run can go with it is told beside what came. */
  @Test
  void itTellsWhetherTheStoreIsOfUse() {
    assertNull(tried(settings).store(), "there is none");
    settings.put("store", "redis://127.0.0.1:1"); // no program listens there by chance
    ProfileTrial trial = tried(settings);
    assertNull(trial.failure());
    assertTrue(trial.store().isThere());
    assertFalse(trial.store().answers());
    assertEquals(1, trial.store().problems().size(), trial.store().problems()::toString);
    String problem = trial.store().problems().get(0);
    assertTrue(problem.startsWith("it can't be reached"), problem);
    assertEquals(2, server.requests(), "token requests of the two trials");
    server.answerWith(401);
    ProfileTrial refused = tried(settings);
    assertEquals(ErrorCode.CREDENTIAL_REJECTED, refused.failure().getCode());
    assertEquals(trial.store().problems(), refused.store().problems());
  }

  @Test
  void itTellsOfTheTokenAndLeavesNothing() {
    settings.put("scope", "orders:read");
    long before = Journal.read(0).last();
    try (LogLines log = new LogLines()) {
      ProfileTrial trial = tried(settings);
      assertNull(trial.failure());
      assertEquals("orders:read", trial.scope());
      assertTrue(trial.endpoint().contains(":" + server.port()), trial.endpoint());
      assertTrue(trial.remainingMillis() > 3_500_000, trial.remainingMillis() + " ms");
      assertEquals(Arrays.asList("sent", "minted"), attempts);
      assertTrue(
          Journal.read(before).entries().stream()
              .noneMatch(entry -> entry.text("profile").equals(name)),
          "there is a row in the Monitor");
      assertEquals(Collections.emptyList(), log.with(name));
      assertTrue(TokenSources.statusesOfLastRun().stream().noneMatch(one -> one.contains(name)));
    }
    startRun();
    Tollgate.define(name, settings);
    assertEquals(1, server.requests(), "a run does not begin with what was tried");
    assertEquals(server.token(2), Tollgate.credential(name).token(), "nor with its token");
  }

  @Test
  void aRefusedSecretIsNeverSentAgain() {
    server.answerWith(401);
    settings.put("client_secret", "mistyped");
    assertEquals(ErrorCode.CREDENTIAL_REJECTED, refused(settings));
    assertEquals(Arrays.asList("sent", "refused"), attempts.subList(0, 2));
    assertEquals(ErrorCode.CREDENTIAL_REJECTED, refused(settings), "it asks each time");
    assertEquals(2, server.requests());
    server.answerWith(200);
    startRun();
    assertEquals(2, server.requests(), "in a run of any plan");
    settings.put("client_secret", "right");
    Tollgate.define(name, settings);
    assertEquals(server.token(3), Tollgate.credential(name).token());
    assertEquals(3, server.requests());
  }

  @Test
  void afterTheBackoffOfARunItAsksAtOnce() {
    server.answerWith(429); // without a wait: the run backs off for half a minute at least
    settings.put("backoff_throttle_base", "60s");
    settings.put("token_timeout", "20s");
    startRun();
    Tollgate.define(name, settings);
    try {
      Tollgate.credential(name).token();
    } catch (TollgateException e) {
      assertEquals(ErrorCode.THROTTLED_UNTIL, e.getCode());
    }
    assertEquals(1, server.requests());
    JMeterContextService.endTest();
    server.answerWith(200);
    assertNull(tried(settings).failure());
    assertEquals(2, server.requests());
  }

  @Test
  void itsOwnFailureHoldsNoRunBack() {
    server.answerWith(429);
    settings.put("backoff_throttle_base", "60s");
    assertEquals(ErrorCode.THROTTLED_UNTIL, refused(settings));
    server.answerWith(200);
    startRun();
    Tollgate.define(name, settings);
    assertEquals(server.token(2), Tollgate.credential(name).token());
  }

  @Test
  void aRunThatUsesTheNameIsNoConflictAndIsLeftAlone() {
    startRun();
    assertEquals(server.token(1), Tollgate.define(name, server.settings()).token());
    settings.put("client_id", "another");
    assertNull(tried(settings).failure());
    assertEquals(server.token(1), Tollgate.credential(name).token());
    assertEquals(2, server.requests());
  }

  @Test
  void wrongSettingsAreReportedWithTheirSource() {
    Map<String, String> misspelt = new TreeMap<>(settings);
    misspelt.put("client_scret", "x");
    ProfileTrial wrong = tried(misspelt);
    assertEquals(ErrorCode.CONFIG, wrong.failure().getCode());
    assertTrue(wrong.failure().getMessage().contains("from element"), wrong.failure().getMessage());
    assertEquals(0, server.requests());
  }

  @Test
  void anInterruptEndsIt() throws Exception {
    server.hold();
    AtomicReference<ProfileTrial> ended = new AtomicReference<>();
    Thread thread = new Thread(() -> ended.set(tried(settings)));
    thread.start();
    Until.holds("it asks", () -> server.requests() == 1);
    thread.interrupt();
    thread.join(60_000);
    assertEquals(ErrorCode.STOPPED, ended.get().failure().getCode());
  }
}
