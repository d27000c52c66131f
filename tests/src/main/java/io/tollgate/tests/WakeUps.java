package io.tollgate.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How often each of Tollgate's threads of a process gave up its processor to wait, as Linux counts
 * it: once each time that it had woken.
 */
public final class WakeUps {
  private static final String COUNT = "voluntary_ctxt_switches:";

  private final Map<String, Long> ofThreads;

  private WakeUps(Map<String, Long> ofThreads) {
    this.ofThreads = ofThreads;
  }

  /** Those so far. */
  public static WakeUps of(long pid) {
    Map<String, Long> found = new HashMap<>();
    try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path task : tasks.toList()) {
        List<String> lines = lines(task.resolve("status"));
        if (!lines.isEmpty() && lines.get(0).matches("Name:\\s+tollgate.*")) {
          lines.stream()
              .filter(line -> line.startsWith(COUNT))
              .forEach(line -> found.put(task.toString(), number(line)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new WakeUps(found);
  }

  /** Those of so many seconds from now on. */
  public static long within(long pid, int seconds) {
    WakeUps before = of(pid);
    try {
      TimeUnit.SECONDS.sleep(seconds); // what is counted is by time
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while it counted", e);
    }
    return of(pid).since(before);
  }

  /** Of all threads together. */
  public long all() {
    return ofThreads.values().stream().mapToLong(Long::longValue).sum();
  }

  /** How many threads there are. */
  public int threads() {
    return ofThreads.size();
  }

  /** A thread that has ended meanwhile takes nothing away from the others. */
  private long since(WakeUps before) {
    long sum = 0;
    for (Map.Entry<String, Long> thread : ofThreads.entrySet()) {
      sum += thread.getValue() - before.ofThreads.getOrDefault(thread.getKey(), 0L);
    }
    return sum;
  }

  private static long number(String line) {
    return Long.parseLong(line.substring(COUNT.length()).trim());
  }

  private static List<String> lines(Path status) throws IOException {
    try {
      return Files.readAllLines(status);
    } catch (NoSuchFileException e) {
      return List.of(); // it has ended
    } catch (IOException e) {
      if (Files.exists(status)) {
        throw e;
      }
      return List.of();
    }
  }
}
