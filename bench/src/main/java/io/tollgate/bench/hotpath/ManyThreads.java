package io.tollgate.bench.hotpath;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollgate.bench.TokenServer;
import io.tollgate.bench.peers.Peer;
import io.tollgate.bench.peers.TokenEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * The throughput of 2, 64 and 500 threads. Not by JMH: it adds up rates of threads that ran at
 * different times, as if each had a core of its own. Here one window counts for all threads. Reads
 * and numbers of threads alternate, so a slower machine slows all of them.
 */
final class ManyThreads {
  private static final int[] THREADS = {2, 64, 500};

  /** Reads between two checks of the end: a few microseconds, which is the error of a window. */
  private static final int BATCH = 50;

  /** Waking hundreds of threads takes some milliseconds; no window begins before that. */
  private static final long LEAD_MILLIS = 50;

  private static final long WINDOW_MILLIS = 300;

  /** The phase of the threads; each checks it once a batch. */
  private enum Phase {
    LEAD,
    WINDOW,
    OVER
  }

  private static volatile long sink;

  private final Peer peer;
  private final ReadLoop loop;
  private volatile Phase phase = Phase.LEAD;

  private ManyThreads(Peer peer, ReadLoop loop) {
    this.peer = peer;
    this.loop = loop;
  }

  /**
   * Measures, and writes {@code many-threads.json} in the format of JMH's results after each round,
   * so an aborted run keeps its results.
   */
  static void run(Path raw, int rounds) throws Exception {
    Map<String, List<Double>> results = new LinkedHashMap<>();
    try (TokenServer server = TokenServer.start("many-threads")) {
      TokenEndpoint endpoint = server.endpoint();
      Map<String, Peer> peers = ManyThreadsReads.open(endpoint);
      Map<String, ReadLoop> loops = new HashMap<>();
      for (Map.Entry<String, Peer> way : peers.entrySet()) {
        way.getValue().authorization(); // the token is there before anything is measured
        loops.put(way.getKey(), ReadLoop.fresh());
      }
      for (int round = 0; round <= rounds; round++) {
        for (Map.Entry<String, Peer> way : peers.entrySet()) {
          for (int threads : THREADS) {
            ManyThreads window = new ManyThreads(way.getValue(), loops.get(way.getKey()));
            double rate = window.readsPerSecond(threads);
            if (round > 0) { // the first is the compiler's
              String key = way.getKey() + " " + threads;
              results.computeIfAbsent(key, none -> new ArrayList<>()).add(rate);
            }
          }
        }
        write(raw, results);
      }
      peers.values().forEach(Peer::close);
    }
  }

  private static void write(Path raw, Map<String, List<Double>> results) throws IOException {
    List<Object> told = new ArrayList<>();
    results.forEach((key, rates) -> told.add(result(key.split(" "), rates)));
    Path part = raw.resolve("many-threads.json.part");
    new ObjectMapper().writeValue(part.toFile(), told);
    Files.move(part, raw.resolve("many-threads.json"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static Map<String, Object> result(String[] key, List<Double> rates) {
    String[] name = key[0].split(":");
    return Map.of(
        "benchmark",
        ManyThreads.class.getPackageName() + "." + name[0],
        "params",
        name.length > 1 ? Map.of("peer", name[1]) : Map.of(),
        "threads",
        Integer.valueOf(key[1]),
        "primaryMetric",
        Map.of("rawData", List.of(rates)));
  }

  private double readsPerSecond(int threads) throws InterruptedException {
    CountDownLatch ready = new CountDownLatch(threads);
    CountDownLatch go = new CountDownLatch(1);
    LongAdder total = new LongAdder();
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread thread = new Thread(() -> total.add(readUntilOver(ready, go)), "reader-" + i);
      thread.setDaemon(true);
      thread.start();
      all.add(thread);
    }
    ready.await();
    go.countDown();
    TimeUnit.MILLISECONDS.sleep(LEAD_MILLIS);
    long start = System.nanoTime();
    phase = Phase.WINDOW;
    TimeUnit.MILLISECONDS.sleep(WINDOW_MILLIS);
    phase = Phase.OVER;
    long nanos = System.nanoTime() - start;
    for (Thread thread : all) {
      thread.join();
    }
    return total.sum() * (double) TimeUnit.SECONDS.toNanos(1) / nanos;
  }

  private long readUntilOver(CountDownLatch ready, CountDownLatch go) {
    ready.countDown();
    long count = 0;
    long characters = 0;
    try {
      go.await();
      for (Phase now = phase; now != Phase.OVER; now = phase) {
        characters += loop.read(peer, BATCH);
        count += now == Phase.WINDOW ? BATCH : 0;
      }
    } catch (Exception e) {
      throw new IllegalStateException(peer.name() + " gave no token", e);
    }
    sink = characters;
    return count;
  }
}
