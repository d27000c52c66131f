package io.tollgate.testing;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The main class of a child JVM: prints how often Tollgate's threads woke while no credential was
 * alive, whether the count sees those that a token request wakes, and how many threads there were
 * while many names were looked up at once.
 */
public final class Idle {
  private static final int WINDOW_SECONDS = 4;
  private static final int WINDOWS = 8;

  private Idle() {}

  public static void main(String[] arguments) throws Exception {
    Credential dying = define("dying", "http://127.0.0.1:" + arguments[0] + "/token");
    dying.token();
    Until.holds("its end", () -> !dying.status().contains("\"state\":\"valid\""));
    long quietest = Long.MAX_VALUE;
    for (int i = 0; i < WINDOWS && quietest > 0; i++) {
      quietest = Math.min(quietest, wakeUpsInAWindow());
    }
    System.out.println("idle: " + quietest);
    long before = wakeUps();
    define("living", "http://127.0.0.1:" + arguments[1] + "/token").token();
    // A thread's switch is counted when it sleeps again, which may be after the token is here.
    Until.holds("the count of it", () -> wakeUps() > before);
    System.out.println("counts: true");
    for (int i = 0; i < 40; i++) {
      Credential nowhere = define("nowhere" + i, "http://nowhere" + i + ".invalid/token");
      Thread reader = new Thread(() -> failing(nowhere));
      reader.setDaemon(true);
      reader.start();
    }
    int most = 0;
    long start = System.nanoTime();
    while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(2)) {
      most = Math.max(most, tasks().size());
    }
    System.out.println("threads: " + most);
  }

  private static void failing(Credential credential) {
    try {
      credential.token();
    } catch (RuntimeException e) {
      // There is no such server.
    }
  }

  private static Credential define(String name, String url) {
    Map<String, String> settings = new HashMap<>();
    settings.put("token_url", url);
    settings.put("client_id", "demo");
    settings.put("client_secret", "demo-secret");
    return Tollgate.define(name, settings);
  }

  private static long wakeUpsInAWindow() throws Exception {
    long before = wakeUps();
    Thread.sleep(TimeUnit.SECONDS.toMillis(WINDOW_SECONDS)); // what is counted is by time
    return wakeUps() - before;
  }

  private static long wakeUps() {
    long sum = 0;
    for (List<String> task : tasks().values()) {
      for (String line : task) {
        if (line.startsWith("voluntary_ctxt_switches:")) {
          sum += Long.parseLong(line.substring(line.indexOf(':') + 1).trim());
        }
      }
    }
    return sum;
  }

  /** What the system says of each of Tollgate's threads, by the thread's number. */
  private static Map<String, List<String>> tasks() {
    Map<String, List<String>> found = new HashMap<>();
    String[] tasks = new File("/proc/self/task").list();
    for (String task : tasks == null ? new String[0] : tasks) {
      List<String> lines = status(task);
      if (!lines.isEmpty() && lines.get(0).matches("Name:\\s+tollgate.*")) {
        found.put(task, lines);
      }
    }
    return found;
  }

  private static List<String> status(String task) {
    try {
      return Files.readAllLines(
          new File("/proc/self/task/" + task + "/status").toPath(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return Collections.emptyList(); // it has ended
    }
  }
}
