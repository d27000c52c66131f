package io.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import org.apache.jmeter.threads.JMeterContextService;
import org.apache.jmeter.util.JMeterUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CredentialTest {
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

  @Test
  void aNameHasOneCredentialAndItsTokenIsFetchedOnce() {
    Credential credential = Tollgate.define(name, server.settings());
    assertSame(credential, Tollgate.credential(name));
    assertEquals("Bearer " + server.token(1), credential.authorization());
    assertEquals(server.token(1), credential.token());
    assertEquals(server.token(1), credential.token(Duration.ofSeconds(1)));
    assertEquals(1, server.requests());
  }

  @Test
  void propertiesBeatDefinitionsInCode() {
    try (TokenServer other = new TokenServer()) {
      JMeterUtils.setProperty(
          "tollgate.profile." + name + ".token_url", (String) other.settings().get("token_url"));
      Credential credential = Tollgate.define(name, server.settings());
      assertEquals(other.token(1), credential.token());
      assertTrue(credential.status().contains("\"token_url\":\"property\""), credential.status());
      assertTrue(credential.status().contains("\"client_id\":\"define\""), credential.status());
    }
  }

  @Test
  void anUndefinedProfileFailsWhenItIsUsed() {
    Credential credential = Tollgate.credential(name);
    TollgateException e = assertThrows(TollgateException.class, credential::authorization);
    assertEquals(ErrorCode.CONFIG, e.getCode());
    assertTrue(e.getMessage().contains(name), e.getMessage());
    assertTrue(credential.status().contains("\"error\":\"CONFIG\""), credential.status());
    credential.report(429, null, null);
    assertEquals(0, credential.pause());
  }

  @Test
  void badNamesAndNullsNeverThrowWhereAScriptWouldNotExpectIt() {
    assertSame(Tollgate.credential(null), Tollgate.credential(""));
    Credential bad = Tollgate.define("no spaces, please", null);
    assertEquals(ErrorCode.CONFIG, assertThrows(TollgateException.class, bad::token).getCode());
    bad.report(new Object());
    bad.report(null);
  }

  @Test
  void aBadFirstDefinitionIsMetByEveryUseAndCanBeCorrected() {
    Map<String, Object> settings = server.settings();
    settings.put("tokn_url", "x");
    Credential credential = Tollgate.define(name, settings);
    TollgateException e = assertThrows(TollgateException.class, credential::token);
    assertEquals(ErrorCode.CONFIG, e.getCode());
    assertTrue(e.getMessage().contains("tokn_url"), e.getMessage());
    assertEquals(server.token(1), Tollgate.define(name, server.settings()).token());
  }

  @Test
  void aConflictDuringARunFailsAloneAndLeavesTheOneInUseUndisturbed() {
    JMeterContextService.startTest();
    Credential first = Tollgate.define(name, server.settings());
    assertEquals(server.token(1), first.token());
    assertSame(first, Tollgate.define(name, server.settings()));

    Credential second =
        Tollgate.define(name, Collections.singletonMap("client_id", "another-secret-id"));
    assertNotSame(first, second);
    TollgateException e = assertThrows(TollgateException.class, second::token);
    assertEquals(ErrorCode.PROFILE_CONFLICT, e.getCode());
    assertFalse(e.getMessage().contains("another-secret-id"), e.getMessage());
    assertTrue(second.status().contains("PROFILE_CONFLICT"), second.status());
    assertEquals(server.token(1), first.token());
    assertEquals(server.token(1), Tollgate.credential(name).token());
  }

  @Test
  void redefiningReplacesTheOneInUse() {
    JMeterContextService.startTest();
    Credential credential = Tollgate.define(name, server.settings());
    assertEquals(server.token(1), credential.token());
    try (TokenServer other = new TokenServer()) {
      assertSame(credential, Tollgate.redefine(name, other.settings()));
      assertEquals(other.token(1), credential.token());

      Credential bad = Tollgate.redefine(name, Collections.singletonMap("region", "nowhere"));
      assertEquals(ErrorCode.CONFIG, assertThrows(TollgateException.class, bad::token).getCode());
      assertEquals(other.token(1), credential.token());
    }
  }

  @Test
  void aNewRunReadsTheSettingsAgain() {
    String key = "tollgate.profile." + name + ".client_id";
    server.settings().forEach((k, v) -> JMeterUtils.setProperty(key(k), (String) v));
    JMeterContextService.startTest();
    Credential credential = Tollgate.credential(name);
    assertEquals(server.token(1), credential.token());
    JMeterUtils.setProperty(key, "another");
    assertEquals(server.token(1), credential.token(), "not within a run");
    JMeterContextService.endTest();
    nextRun();
    assertEquals(server.token(2), credential.token());
  }

  /** Runs are told apart by the millisecond they start in, and noticed twice a second. */
  private static void nextRun() {
    JMeterContextService.startTest();
    io.tollgate.run.Runs.started();
  }

  private String key(String setting) {
    return "tollgate.profile." + name + "." + setting;
  }

  @Test
  void noTextHoldsASecret() {
    server.answerWith(401);
    Credential credential = Tollgate.define(name, server.settings());
    TollgateException e = assertThrows(TollgateException.class, credential::token);
    assertEquals(ErrorCode.CREDENTIAL_REJECTED, e.getCode());
    for (String text : new String[] {e.toString(), credential.toString(), credential.status()}) {
      assertFalse(text.contains("demo-secret"), text);
    }
  }
}
