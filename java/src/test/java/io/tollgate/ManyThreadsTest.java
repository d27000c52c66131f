package io.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import io.tollgate.testing.Until;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ManyThreadsTest {
  private static final int THREADS = 200;

  @Test
  void twoHundredThreadsStartingTogetherMakeOneRequest() throws Exception {
    Plugin.ready();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (TokenServer server = new TokenServer()) {
      server.hold();
      Credential credential = Tollgate.define(Plugin.newName(), server.settings());
      CyclicBarrier together = new CyclicBarrier(THREADS);
      List<Future<String>> tokens = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        tokens.add(
            threads.submit(
                () -> {
                  together.await();
                  return credential.token();
                }));
      }
      Until.holds("all wait", () -> credential.status().contains("\"waiters\":" + THREADS));
      server.release();
      for (Future<String> token : tokens) {
        assertEquals(server.token(1), token.get(60, TimeUnit.SECONDS));
      }
      assertEquals(1, server.requests());
      assertTrue(credential.status().contains("\"waiters\":0"), credential.status());
    } finally {
      threads.shutdownNow();
    }
  }
}
