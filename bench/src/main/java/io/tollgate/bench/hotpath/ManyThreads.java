package io.tollgate.bench.hotpath;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.bench.TokenServer;
import io.tollgate.bench.peers.TollgatePeer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * What 64 and 500 threads read together, against 2. Not by JMH: to begin and end together it lets
 * threads spin, which with hundreds of them on a few cores takes minutes, and without that it adds
 * up rates of threads that ran at different times. Here one window counts for all. The numbers of
 * threads take turns, so that a machine that slows down slows all of them.
 */
final class ManyThreads {
  private static final int[] THREADS = {2, 64, 500};

  /**
   * Between two looks at whether the time is up: a few microseconds, and all that may be too much.
   */
  private static final int BATCH = 50;

  private static final long WINDOW_MILLIS = 500;

  private static volatile long sink;

  private volatile boolean over;

  private ManyThreads() {}

  /** Measures, and leaves {@code many-threads.json}, in the shape of JMH's own results. */
  static void run(Path raw, int rounds) throws IOException, InterruptedException {
    Map<String, Supplier<String>> reads = new LinkedHashMap<>();
    Map<String, List<Double>> results = new LinkedHashMap<>();
    try (TokenServer server = TokenServer.start("many-threads")) {
      TollgatePeer peer = new TollgatePeer(server.endpoint());
      Credential credential = peer.credential();
      String profile = peer.profile();
      reads.put("held", credential::authorization);
      reads.put("named", () -> Tollgate.credential(profile).authorization());
      for (int round = 0; round <= rounds; round++) {
        for (Map.Entry<String, Supplier<String>> read : reads.entrySet()) {
          for (int threads : THREADS) {
            double rate = new ManyThreads().readsPerSecond(threads, read.getValue());
            if (round > 0) { // the first is the compiler's
              String key = read.getKey() + " " + threads;
              results.computeIfAbsent(key, none -> new ArrayList<>()).add(rate);
            }
          }
        }
      }
    }
    List<Object> told = new ArrayList<>();
    results.forEach((key, rates) -> told.add(result(key.split(" "), rates)));
    new ObjectMapper().writeValue(raw.resolve("many-threads.json").toFile(), told);
  }

  private static Map<String, Object> result(String[] key, List<Double> rates) {
    return Map.of(
        "benchmark", TollgateReads.class.getName() + "." + key[0],
        "threads", Integer.valueOf(key[1]),
        "primaryMetric", Map.of("rawData", List.of(rates)));
  }

  private double readsPerSecond(int threads, Supplier<String> read) throws InterruptedException {
    CountDownLatch ready = new CountDownLatch(threads);
    CountDownLatch go = new CountDownLatch(1);
    LongAdder total = new LongAdder();
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread thread = new Thread(() -> total.add(readUntilOver(read, ready, go)), "reader-" + i);
      thread.setDaemon(true);
      thread.start();
      all.add(thread);
    }
    ready.await();
    long start = System.nanoTime();
    go.countDown();
    TimeUnit.MILLISECONDS.sleep(WINDOW_MILLIS);
    over = true;
    long nanos = System.nanoTime() - start;
    for (Thread thread : all) {
      thread.join();
    }
    return total.sum() * (double) TimeUnit.SECONDS.toNanos(1) / nanos;
  }

  private long readUntilOver(Supplier<String> read, CountDownLatch ready, CountDownLatch go) {
    ready.countDown();
    try {
      go.await();
    } catch (InterruptedException e) {
      return 0;
    }
    long count = 0;
    long characters = 0;
    while (!over) {
      for (int i = 0; i < BATCH; i++) {
        characters += read.get().length();
      }
      count += BATCH;
    }
    sink = characters;
    return count;
  }
}
