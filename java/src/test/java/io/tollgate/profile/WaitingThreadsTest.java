package io.tollgate.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.profile.WaitingThreads.Cause;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import io.tollgate.testing.Until;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Threads that wait are counted while they do, whatever they wait for. */
class WaitingThreadsTest {
  private static final int THREADS = 5;

  private TokenServer server;
  private Credential credential;
  private String title;
  private final List<Thread> threads = new ArrayList<>();

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    String name = Plugin.newName();
    title = "profile '" + name + "'";
    credential = Tollgate.define(name, server.settings());
  }

  @AfterEach
  void stop() throws InterruptedException {
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      thread.join();
    }
    server.close();
  }

  private void startThreads(Runnable task) {
    for (int i = 0; i < THREADS; i++) {
      Thread thread = new Thread(task);
      threads.add(thread);
      thread.start();
    }
  }

  private int waiting(Cause cause) {
    return WaitingThreads.now().getOrDefault(title, Collections.emptyMap()).getOrDefault(cause, 0);
  }

  @Test
  void forAToken() throws InterruptedException {
    server.hold();
    startThreads(credential::token);
    Until.holds("all wait", () -> waiting(Cause.TOKEN) == THREADS);
    assertEquals(0, waiting(Cause.API_GATE));
    server.release();
    for (Thread thread : threads) {
      thread.join();
    }
    assertFalse(WaitingThreads.now().containsKey(title), "nobody waits any more");
  }

  @Test
  void forTheApiToWantRequestsAgain() {
    credential.token();
    credential.report(429, "Retry-After: 600", server.token(1));
    startThreads(credential::pause);
    Until.holds("all wait", () -> waiting(Cause.API_GATE) == THREADS);
    assertEquals(0, waiting(Cause.TOKEN));
    threads.get(0).interrupt();
    Until.holds("one stopped", () -> waiting(Cause.API_GATE) == THREADS - 1);
  }
}
