package io.tollgate.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.ErrorCode;
import io.tollgate.Tollgate;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.jmeter.threads.JMeterContextService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A trial tells what a run would meet, and leaves a run that goes on alone. */
class ProfileTrialTest {
  private TokenServer server;
  private String name;
  private Map<String, String> settings;

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

  @Test
  void theOutcomeHasNoTokenAndTheTokenServesTheNextRead() {
    settings.put("scope", "orders:read");
    ProfileTrial first = ProfileTrial.of(name, settings);
    assertTrue(first.succeeded(), first.words());
    assertNull(first.code());
    for (String part : new String[] {"fetched", "orders:read", "generation: 1", "60 min"}) {
      assertTrue(first.words().contains(part), part + " in " + first.words());
    }
    assertTrue(first.words().contains(":" + server.port()), "the endpoint: " + first.words());
    assertFalse(first.words().contains(server.token(1)), first.words());

    ProfileTrial second = ProfileTrial.of(name, settings);
    assertTrue(second.words().contains("nothing was sent"), second.words());
    assertEquals(server.token(1), Tollgate.define(name, settings).token());
    assertEquals(1, server.requests());
  }

  @Test
  void aRefusalIsReportedAndTheNextTrialSendsARequest() {
    server.answerWith(401);
    ProfileTrial first = ProfileTrial.of(name, settings);
    assertEquals(ErrorCode.CREDENTIAL_REJECTED, first.code());
    assertTrue(first.words().contains("no such client"), first.words());
    assertFalse(first.words().contains("demo-secret"), first.words());
    server.answerWith(200);
    assertTrue(ProfileTrial.of(name, settings).succeeded(), "put right at the server");
    assertEquals(2, server.requests());
  }

  @Test
  void otherSettingsAreTriedAtOnce() {
    assertTrue(ProfileTrial.of(name, settings).succeeded());
    settings.put("client_id", "another");
    assertTrue(ProfileTrial.of(name, settings).words().contains("fetched"));
    assertEquals(2, server.requests());
    Map<String, String> misspelt = new TreeMap<>(settings);
    misspelt.put("client_scret", "x");
    ProfileTrial wrong = ProfileTrial.of(name, misspelt);
    assertEquals(ErrorCode.CONFIG, wrong.code());
    assertTrue(wrong.words().contains("from element"), wrong.words());
  }

  @Test
  void aRunThatUsesTheProfileIsLeftAlone() {
    JMeterContextService.startTest();
    assertEquals(server.token(1), Tollgate.define(name, server.settings()).token());
    ProfileTrial trial =
        ProfileTrial.of(
            name, Collections.singletonMap("token_url", "http://127.0.0.1:9/elsewhere"));
    assertEquals(ErrorCode.PROFILE_CONFLICT, trial.code(), trial.words());
    assertEquals(server.token(1), Tollgate.credential(name).token());
    assertEquals(1, server.requests());
  }

  @Test
  void anInterruptEndsIt() throws Exception {
    server.hold();
    AtomicReference<ProfileTrial> ended = new AtomicReference<>();
    Thread thread = new Thread(() -> ended.set(ProfileTrial.of(name, settings)));
    thread.start();
    io.tollgate.testing.Until.holds("it asks", () -> server.requests() == 1);
    thread.interrupt();
    thread.join(5000);
    assertEquals(ErrorCode.STOPPED, ended.get().code());
  }
}
