package io.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.tollgate.run.Runs;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import io.tollgate.testing.Until;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.jmeter.threads.JMeterContextService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Five hundred threads hold a token that ends: by its lifetime, by a revocation, and by one while
 * no other is to be had. What the server hears of it does not depend on how many they are.
 */
class ManyThreadsAtTheEndOfATokenTest {
  private static final int THREADS = 500;

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private TokenServer server;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    server.close();
    JMeterContextService.endTest();
  }

  @Test
  void anExpiryCostsOneRequestAndNoThreadWaits() throws Exception {
    server.tokensLive("20"); // refreshed at half of that: ten seconds to spare on a busy machine
    Credential credential = Tollgate.define(Plugin.newName(), server.settings());
    credential.token(); // the one wait there is; a new run forgets it
    JMeterContextService.startTest();
    Runs.started();
    credential.token();
    assertEquals(0, number(credential, "longest_wait_ms"), credential.status());
    AtomicBoolean enough = new AtomicBoolean();
    Set<String> seen = ConcurrentHashMap.newKeySet();
    List<Future<Void>> readers =
        all(
            () -> {
              while (!enough.get()) {
                seen.add(credential.token());
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10)); // as if for a request
              }
              return null;
            });
    Until.holds("two refreshes", () -> seen.size() >= 3);
    int requests = server.requests();
    enough.set(true);
    for (Future<Void> reader : readers) {
      reader.get(60, TimeUnit.SECONDS);
    }
    assertTrue(
        requests <= seen.size() + 1, () -> requests + " requests for " + seen.size() + " tokens");
    assertEquals(0, number(credential, "longest_wait_ms"), credential.status());
    assertEquals(0, number(credential, "waiters"), credential.status());
  }

  @Test
  void aRevocationThatAllReportCostsOneRequest() throws Exception {
    Credential credential = Tollgate.define(Plugin.newName(), server.settings());
    String revoked = credential.token();
    server.hold();
    List<Future<String>> next =
        all(
            () -> {
              credential.report(401, null, revoked);
              return credential.token();
            });
    Until.holds("all wait", () -> number(credential, "waiters") == THREADS);
    server.release();
    for (Future<String> token : next) {
      assertEquals(server.token(2), token.get(60, TimeUnit.SECONDS));
    }
    assertEquals(2, server.requests());
    assertEquals(0, number(credential, "waiters"), credential.status());
  }

  @Test
  void withoutATokenTheBackoffLimitsTheRequests() throws Exception {
    Map<String, Object> settings = server.settings();
    settings.put("token_timeout", "3s");
    settings.put("backoff_base", "200ms");
    Credential credential = Tollgate.define(Plugin.newName(), settings);
    String revoked = credential.token();
    server.answerWith(503);
    List<Future<String>> refused =
        all(
            () -> {
              credential.report(401, null, revoked);
              return credential.token();
            });
    for (Future<String> token : refused) {
      try {
        fail("got " + token.get(60, TimeUnit.SECONDS));
      } catch (ExecutionException e) {
        ErrorCode code = ((TollgateException) e.getCause()).getCode();
        assertTrue(code == ErrorCode.UNREACHABLE || code == ErrorCode.DEADLINE, e.toString());
      }
    }
    Until.holds("a retry", () -> server.requests() > 1); // one in flight may still be on its way
    // Waits drawn from 0.2, 0.4, 0.8 ... s: a dozen of them within 3 s are next to impossible.
    int retries = server.requests() - 1;
    assertTrue(retries >= 1 && retries <= 12, retries + " requests of " + THREADS + " threads");
  }

  private <T> List<Future<T>> all(Callable<T> act) {
    CyclicBarrier together = new CyclicBarrier(THREADS);
    List<Future<T>> begun = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      begun.add(
          threads.submit(
              () -> {
                together.await();
                return act.call();
              }));
    }
    return begun;
  }

  private static long number(Credential credential, String field) {
    String status = credential.status();
    String head = "\"" + field + "\":";
    int from = status.indexOf(head) + head.length();
    int to = from;
    while (Character.isDigit(status.charAt(to))) {
      to++;
    }
    return Long.parseLong(status.substring(from, to));
  }
}
