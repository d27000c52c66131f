package io.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import io.tollgate.testing.Until;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.jmeter.threads.JMeterContextService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A second copy of the jar in one JVM: two loaders, one cache. */
class SecondClassLoaderTest {
  private TokenServer server;
  private URLClassLoader loader;
  private Class<?> second;

  @BeforeEach
  void load() throws Exception {
    Plugin.ready();
    server = new TokenServer();
    URL[] jar = {Plugin.jar().toURI().toURL()};
    loader = new URLClassLoader(jar, ClassLoader.getSystemClassLoader().getParent());
    second = loader.loadClass("io.tollgate.Tollgate");
    assertNotSame(Tollgate.class, second);
    Tollgate.define(Plugin.newName(), server.settings()).status(); // the first copy is at work
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    loader.close();
  }

  private Object define(String name, Map<String, Object> settings) throws Exception {
    return second.getMethod("define", String.class, Map.class).invoke(null, name, settings);
  }

  private static Object call(Object credential, String method) throws Exception {
    return credential.getClass().getMethod(method).invoke(credential);
  }

  @Test
  void bothReadTheTokenOfOneMint() throws Exception {
    String name = Plugin.newName();
    assertEquals(server.token(1), Tollgate.define(name, server.settings()).token());
    Object copy = define(name, server.settings());
    assertEquals(server.token(1), call(copy, "token"));
    assertEquals("Bearer " + server.token(1), call(copy, "authorization"));
    assertTrue(call(copy, "status").toString().contains("\"generation\":1"));
    assertEquals(1, server.requests());
  }

  @Test
  void proofsComeThrough() throws Exception {
    server.binds();
    Map<String, Object> settings = server.settings();
    settings.put("dpop", "true");
    Object copy = define(Plugin.newName(), settings);
    Object headers =
        copy.getClass()
            .getMethod("headers", String.class, String.class)
            .invoke(copy, "GET", "https://api.example/x");
    Object proof = ((Map<?, ?>) headers).get("DPoP");
    assertTrue(proof instanceof String && proof.toString().split("\\.").length == 3);
    assertEquals("DPoP " + server.token(1), ((Map<?, ?>) headers).get("Authorization"));
  }

  @Test
  void theCopyHasNothingOfAClientThatTheFirstCopyReplaced() throws Exception {
    JMeterContextService.startTest();
    try {
      String name = Plugin.newName();
      Object copy = define(name, server.settings());
      assertEquals(server.token(1), call(copy, "token"));
      Map<String, Object> other = server.settings();
      other.put("scope", "other");
      assertEquals(server.token(2), Tollgate.redefine(name, other).token());
      assertEquals(server.token(2), call(copy, "token"));
      assertEquals(2, server.requests());
    } finally {
      JMeterContextService.endTest();
    }
  }

  @Test
  void theCopyIsWokenWhenTheTokenComes() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      server.hold();
      String name = Plugin.newName();
      Object copy = define(name, server.settings());
      Future<Object> token = thread.submit(() -> call(copy, "token"));
      Credential first = Tollgate.define(name, server.settings());
      Until.holds("it waits", () -> first.status().contains("\"waiters\":1"));
      server.release();
      assertEquals(server.token(1), token.get(60, TimeUnit.SECONDS));
      assertEquals(server.token(1), first.token());
      assertEquals(1, server.requests());
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void failuresAreTheCopysOwnException() throws Exception {
    Object copy = define(Plugin.newName(), Collections.emptyMap());
    InvocationTargetException e =
        assertThrows(InvocationTargetException.class, () -> call(copy, "token"));
    assertNotSame(TollgateException.class, e.getCause().getClass());
    assertEquals(TollgateException.class.getName(), e.getCause().getClass().getName());
    assertTrue(e.getCause().getMessage().startsWith("CONFIG: "), e.getCause().getMessage());
  }

  @Test
  void theCopyReportsAndPausesToo() throws Exception {
    Object copy = define(Plugin.newName(), server.settings());
    Object token = call(copy, "token");
    copy.getClass()
        .getMethod("report", int.class, Object.class, String.class)
        .invoke(copy, 401, null, token);
    assertEquals(server.token(2), call(copy, "token"));
    copy.getClass()
        .getMethod("report", int.class, Object.class, String.class)
        .invoke(copy, 429, Collections.singletonMap("Retry-After", "60"), server.token(2));
    assertTrue((Long) call(copy, "pauseMillis") > 50_000);
  }

  @Test
  void theCopyHasUsersAndEndsItsSendsToo() throws Exception {
    Map<String, Object> settings = server.settings();
    settings.put("refresh", "drain");
    settings.put("refresh_interval", "1s");
    settings.put("drain_timeout", "2m"); // longer than this test waits for the end of a send
    JMeterContextService.startTest();
    try {
      String name = Plugin.newName();
      Credential first = Tollgate.define(name, settings).forUser("ann", "pw");
      Object copy = define(name, settings);
      Object ann =
          copy.getClass()
              .getMethod("forUser", String.class, String.class)
              .invoke(copy, "ann", "pw");
      assertEquals(server.token(1), call(ann, "token"));
      Until.drains(first);
      ann.getClass()
          .getMethod("report", int.class, Object.class, String.class)
          .invoke(ann, 200, null, null);
      Until.holds("the next token", () -> server.requests() == 2);
      assertEquals(server.token(2), first.token());
    } finally {
      JMeterContextService.endTest();
    }
  }
}
