package io.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tollgate.testing.CpuWait;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A secret in a file that hangs: here a pipe that nobody writes into. */
@DisabledOnOs(OS.WINDOWS) // which has no pipes among its files
class HungFileTest {
  private static final int THREADS = 500;

  /** JMeter gives up a thread that does not stop after five seconds. */
  private static final long STOP_MILLIS = 3000;

  @TempDir Path temp;

  @Test
  void fiveHundredThreadsComeBackBeforeAStopGivesThemUp() throws Exception {
    Path file = temp.resolve("secret");
    assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
    System.setProperty("tollgate.profile.hung.token_url", "http://127.0.0.1:1/");
    System.setProperty("tollgate.profile.hung.client_id", "me");
    System.setProperty("tollgate.profile.hung.client_secret", "file:" + file);
    Tollgate.define(
        "well", Collections.singletonMap("token_url", "http://127.0.0.1:1/")); // loads the engine
    Credential credential = Tollgate.credential("hung");
    CpuWait cpuWait = new CpuWait();
    CyclicBarrier start = new CyclicBarrier(THREADS);
    Callable<Long> read =
        () -> {
          start.await();
          long begun = System.nanoTime();
          try {
            throw new AssertionError(credential.token());
          } catch (TollgateException e) {
            assertEquals(ErrorCode.CONFIG, e.getCode(), e.getMessage());
            return System.nanoTime() - begun;
          }
        };
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Long> times = new ArrayList<>();
      for (Future<Long> ended : threads.invokeAll(Collections.nCopies(THREADS, read))) {
        times.add(ended.get());
      }
      long longest = TimeUnit.NANOSECONDS.toMillis(Collections.max(times));
      cpuWait.allows(longest, STOP_MILLIS, "a thread at a file that hangs");
    } finally {
      threads.shutdownNow();
    }
  }
}
