package io.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each client of a profile has a token and limits of its own, and the profile needs none. */
class ClientsTest {
  private TokenServer server;
  private Map<String, Object> settings;
  private Credential profile;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    settings = new HashMap<>(server.settings());
    settings.keySet().removeAll(java.util.Arrays.asList("client_id", "client_secret"));
    settings.put("client_auth", "client_secret_post");
    profile = Tollgate.define(Plugin.newName(), settings);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void eachMintsOnceWithIdAndSecret() {
    Set<String> tokens = new HashSet<>();
    for (int round = 0; round < 2; round++) {
      for (int n = 0; n < 50; n++) {
        tokens.add(profile.forClient("client-" + n, "secret-" + n).token());
      }
    }
    assertEquals(50, tokens.size(), "tokens");
    assertEquals(50, server.requests(), "requests");
    Set<String> forms = new HashSet<>(server.forms());
    for (int n = 0; n < 50; n++) {
      String form =
          "grant_type=client_credentials&client_id=client-" + n + "&client_secret=secret-" + n;
      assertTrue(forms.contains(form), form);
    }
    assertSame(
        profile.forClient("client-1", "secret-1"), profile.forClient("client-1", "secret-1"));
  }

  @Test
  void aProfileWithoutAClientHasNoTokenOfItsOwn() {
    TollgateException e = assertThrows(TollgateException.class, profile::token);
    assertEquals(ErrorCode.CONFIG, e.getCode());
    assertTrue(e.getDetail().contains("client_id is missing"), e.getDetail());
    assertEquals(0, server.requests(), "nothing was sent");
  }

  @Test
  void usersOfAClientShareIt() {
    Credential client = profile.forClient("c", "s");
    String user = client.forUser("ann", "pw").token();
    assertNotEquals(client.token(), user);
    assertEquals(
        Collections.singleton(
            "grant_type=password&username=ann&password=pw&client_id=c&client_secret=s"),
        Collections.singleton(server.forms().get(0)));
    assertSame(profile.forClient("c", "s"), client.forUser("ann", "pw").forClient("c", "s"));
  }

  @Test
  void aRedefinitionReachesClientsAndTheirUsers() {
    String name = Plugin.newName();
    Credential of = Tollgate.define(name, settings).forClient("c", "s");
    final String before = of.token();
    final String beforeUser = of.forUser("ann", "pw").token();
    settings.put("scope", "other");
    Tollgate.redefine(name, settings);
    assertNotEquals(before, of.token());
    assertNotEquals(beforeUser, of.forUser("ann", "pw").token());
    assertTrue(server.forms().get(2).contains("scope=other"), () -> server.forms().get(2));
  }

  @Test
  void aClientThatCannotBeFailsWithTheReason() {
    Credential none = profile.forClient("c", null);
    TollgateException e = assertThrows(TollgateException.class, none::token);
    assertEquals(ErrorCode.CONFIG, e.getCode());
    assertTrue(e.getDetail().contains("client 'c'"), e.getDetail());
    assertTrue(e.getDetail().contains("needs one"), e.getDetail());
  }
}
