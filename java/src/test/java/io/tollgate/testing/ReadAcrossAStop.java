package io.tollgate.testing;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The main class of a child JVM: threads read a token without a pause while the whole process is
 * stopped for longer than any token lives, and then goes on. Prints how many reads that began after
 * a token's end were given it all the same.
 */
public final class ReadAcrossAStop {
  private static final long LIFETIME_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int TIMES = 3;

  private static final ConcurrentMap<String, Long> ENDS = new ConcurrentHashMap<>();
  private static final AtomicInteger EXPIRED = new AtomicInteger();
  private static volatile boolean done;

  private ReadAcrossAStop() {}

  public static void main(String[] arguments) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("token_url", "http://127.0.0.1:" + arguments[0] + "/token");
    settings.put("client_id", "demo");
    settings.put("client_secret", "demo-secret");
    Credential credential = Tollgate.define("child", settings);
    Thread[] readers = new Thread[16];
    for (int i = 0; i < readers.length; i++) {
      readers[i] = new Thread(() -> read(credential));
      readers[i].start();
    }
    for (int i = 0; i < TIMES; i++) {
      int before = ENDS.size();
      Until.holds("another token", () -> ENDS.size() > before);
      // The parent of the shell is this process.
      String stop = "kill -STOP $PPID; sleep 3; kill -CONT $PPID";
      new ProcessBuilder("/bin/sh", "-c", stop).start().waitFor();
    }
    int before = ENDS.size();
    Until.holds("a token after the last stop", () -> ENDS.size() > before);
    done = true;
    for (Thread reader : readers) {
      reader.join();
    }
    System.out.println("expired " + EXPIRED + ", tokens " + (ENDS.size() > TIMES));
  }

  private static void read(Credential credential) {
    while (!done) {
      long start = System.nanoTime();
      String token = credential.token();
      Long end = ENDS.get(token);
      if (end == null) {
        // At the latest: its life began before this thread saw it.
        ENDS.putIfAbsent(token, System.nanoTime() + LIFETIME_NANOS);
      } else if (start - end > 0) {
        EXPIRED.incrementAndGet();
      }
    }
  }
}
