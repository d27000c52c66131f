package io.tollgate.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Tollgate;
import io.tollgate.jmeter.elements.CredentialConfig;
import io.tollgate.run.JvmEngine;
import io.tollgate.run.Runs;
import io.tollgate.testing.Api;
import io.tollgate.testing.LogLines;
import io.tollgate.testing.Plan;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.jmeter.threads.JMeterContextService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who watches changes nothing, in a run and between two. */
class StatusesTest {
  private TokenServer server;
  private String name;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    name = Plugin.newName();
  }

  @AfterEach
  void stop() {
    server.close();
    JMeterContextService.endTest();
  }

  private List<String> own() {
    return TokenSources.statusesOfLastRun().stream()
        .filter(status -> status.contains("\"profile\":\"" + name + "\""))
        .collect(Collectors.toList());
  }

  private void run() {
    CredentialConfig element = new CredentialConfig();
    element.setProfile(name);
    element.setSettings(ProfileSettings.of(server.settings()));
    try (Api api = new Api()) {
      Plan.of(api.sampler("/x"))
          .with(element)
          .before(sampler -> Tollgate.credential(name).authorize(sampler))
          .run();
    }
  }

  @Test
  void afterARunTheElementsOfItsPlanAreNotWantedAgain() {
    run();
    try (LogLines log = new LogLines()) {
      for (int i = 0; i < 3; i++) {
        assertEquals(1, own().size());
        assertTrue(own().get(0).contains("\"state\":\"valid\""), own().get(0));
      }
      assertEquals(Collections.emptyList(), log.with(name));
    }
    run();
    assertEquals(1, server.requests(), "the token of the first run served the second");
  }

  @Test
  void aProfileThatNobodyUsedIsNotOpened() {
    TokenSources.named(name);
    Runs.follow(JvmEngine.get());
    try (LogLines log = new LogLines()) {
      assertEquals(Collections.emptyList(), own());
      assertEquals(Collections.emptyList(), log.with(name));
    }
  }

  @Test
  void oneThatCouldNotBeOpenedSaysWhyUntilItCan() {
    JMeterContextService.startTest();
    Tollgate.define(name, Collections.singletonMap("token_url", "nowhere"));
    Tollgate.credential(name).status();
    assertTrue(own().get(0).contains("\"error\":\"CONFIG\""), own().get(0));
    Tollgate.define(name, server.settings());
    assertTrue(own().get(0).contains("\"state\":\"idle\""), own().get(0));
  }
}
