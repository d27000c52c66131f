package io.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each user of a profile has a token of its own, and nobody gets another's. */
class UsersTest {
  private TokenServer server;
  private String name;
  private Credential profile;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    name = Plugin.newName();
    profile = Tollgate.define(name, server.settings());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void eachSignsInOnceWithNameAndPassword() {
    String ann = profile.forUser("ann", "p&w").token();
    String bob = profile.forUser("bob", "pw").token();
    assertNotEquals(ann, bob);
    assertEquals(ann, profile.forUser("ann", "p&w").token());
    assertEquals(
        Arrays.asList(
            "grant_type=password&username=ann&password=p%26w",
            "grant_type=password&username=bob&password=pw"),
        server.forms());
    assertNotEquals(ann, profile.token(), "the profile's own token is nobody's");
    assertNotEquals(ann, profile.forUser("ann", "other").token(), "another password is another");
    assertEquals(4, server.requests());
  }

  @Test
  void namesAndPasswordsAreNotConcatenated() {
    assertNotEquals(
        profile.forUser("ann", "1secret").token(), profile.forUser("ann1", "secret").token());
  }

  @Test
  void hundredThreadsOfTenUsersMakeTenRequestsAndMixNothingUp() throws Exception {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    Thread[] threads = new Thread[100];
    for (int i = 0; i < threads.length; i++) {
      String user = "user" + i % 10;
      threads[i] = new Thread(() -> seen.add(user + " " + profile.forUser(user, "pw").token()));
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join(60_000);
    }
    assertEquals(10, seen.size(), () -> "each user has one token: " + seen);
    Set<String> tokens = new HashSet<>();
    seen.forEach(pair -> tokens.add(pair.split(" ")[1]));
    assertEquals(10, tokens.size(), "and no two the same");
    assertEquals(10, server.requests());
  }

  @Test
  void a401OfOneUserIsNoneOfTheOthers() {
    Credential ann = profile.forUser("ann", "pw");
    Credential bob = profile.forUser("bob", "pw");
    String old = ann.token();
    String bobs = bob.token();
    bob.report(401, null, old);
    assertEquals(bobs, bob.token(), "not a token of his");
    ann.report(401, null, "Bearer " + old);
    assertNotEquals(old, ann.token());
    assertEquals(bobs, bob.token());
  }

  @Test
  void aLiveHeaderIsOfItsUserAndNothingShowsThePassword() {
    Credential ann = profile.forUser("ann", "pass-w0rd");
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    ann.authorize(sampler);
    assertEquals(
        "Bearer " + ann.token(),
        sampler.getHeaderManager().getFirstHeaderNamed("Authorization").getValue());
    assertTrue(ann.toString().contains("'" + name + "', user 'ann'"), ann.toString());
    assertTrue(ann.status().contains("\"user\":\"ann\""), ann.status());
    for (String shown : new String[] {ann.toString(), ann.status(), profile.status()}) {
      assertFalse(shown.contains("pass-w0rd"), shown);
    }
  }

  @Test
  void aRefusalNamesProfileAndUser() {
    server.answerWith(401);
    TollgateException e =
        assertThrows(TollgateException.class, () -> profile.forUser("ann", "pw").token());
    assertEquals(ErrorCode.CREDENTIAL_REJECTED, e.getCode());
    assertTrue(e.getMessage().contains("profile '" + name + "', user 'ann'"), e.getMessage());
  }

  @Test
  void usersFollowTheirProfileWhenItIsRedefined() {
    Credential ann = profile.forUser("ann", "pw");
    ann.token();
    try (TokenServer other = new TokenServer()) {
      Tollgate.redefine(name, other.settings());
      assertEquals(other.token(1), ann.token());
    }
  }
}
