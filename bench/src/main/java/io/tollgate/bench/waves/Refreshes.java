package io.tollgate.bench.waves;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.bench.TokenServer;
import io.tollgate.bench.peers.Peer;
import io.tollgate.bench.peers.TollgatePeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Whether a refresh slows reads: 500 threads read without a pause, in rounds with and without
 * refreshes. Rounds come in pairs in random order, so other load on the machine affects both alike.
 */
public final class Refreshes {
  static final int THREADS = 500;
  static final long LATENCY_MILLIS = 50;

  /** Quantiles of the raw results; most threads of most tests never meet the last. */
  static final double[] QUANTILES = {50, 90, 99, 99.9, 99.99};

  /** Lifetime; the token is replaced at half of it, twice in a round. */
  private static final Duration SHORT = Duration.ofSeconds(2);

  private static final Duration ROUND = Duration.ofMillis(2500);
  private static final int WARM_UPS = 2;
  private static final int PAIRS = 20;

  /** The longest value; longer ones are threads that waited for a core, and count here. */
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** The random order of rounds, the same in each run. */
  private static final long SEED = 42;

  private Refreshes() {}

  /**
   * Measures and writes {@code refreshes.json} after each pair, so an aborted run keeps its
   * results.
   *
   * @param args the number of pairs; the default if empty
   */
  public static void main(String[] args) throws Exception {
    int pairs = args.length > 0 ? Integer.parseInt(args[0]) : PAIRS;
    ActiveRun.begin();
    Random chance = new Random(SEED);
    ObjectNode raw = Raw.object();
    raw.put("threads", THREADS).put("round_millis", ROUND.toMillis());
    try (TokenServer server =
        TokenServer.start(
            "refreshes", "--client", Clients.ANY, "--latency-before", LATENCY_MILLIS + "ms")) {
      for (int pair = -WARM_UPS; pair < pairs; pair++) {
        boolean refreshedFirst = chance.nextBoolean();
        for (boolean refreshed : new boolean[] {refreshedFirst, !refreshedFirst}) {
          ObjectNode round = round(server, refreshed);
          if (pair >= 0) {
            raw.withArray(refreshed ? "/with" : "/without").add(round);
          }
        }
        System.out.println("refreshes: " + (pair < 0 ? "warm-up" : "pair " + (pair + 1)));
        if (pair >= 0) {
          Raw.write("refreshes", raw.put("pairs", pair + 1));
        }
      }
    }
  }

  private static ObjectNode round(TokenServer server, boolean refreshed) throws Exception {
    server.server().set(Map.of("lifetime", refreshed ? SHORT.toSeconds() + "s" : "1h"));
    try (Peer peer = new TollgatePeer(Clients.next(server))) {
      peer.authorization();
      long before = server.server().counts().allTokenRequests();
      Histogram all = read(peer);
      long requests = server.server().counts().allTokenRequests() - before;
      if (refreshed != requests > 0) {
        throw new IllegalStateException(requests + " refreshes, in a round refreshed=" + refreshed);
      }
      ObjectNode told = Raw.object().put("requests", requests).put("reads", all.getTotalCount());
      for (double quantile : QUANTILES) {
        told.withArray("/quantiles").add(all.getValueAtPercentile(quantile));
      }
      if (refreshed) {
        Thread.sleep(SHORT.toMillis()); // its last token runs out unread, and is not replaced
      }
      return told.put("longest", all.getMaxValue());
    }
  }

  private static Histogram read(Peer peer) throws InterruptedException {
    CountDownLatch go = new CountDownLatch(1);
    List<Reading> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Reading thread = new Reading(peer, go);
      threads.add(thread);
      thread.start();
    }
    go.countDown();
    Thread.sleep(ROUND.toMillis());
    threads.forEach(thread -> thread.stopped = true);
    Histogram all = histogram();
    for (Reading thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(60));
      if (thread.isAlive() || thread.fault != null) {
        throw new IllegalStateException("a reader did not end well", thread.fault);
      }
      all.add(thread.took);
    }
    return all;
  }

  private static Histogram histogram() {
    return new Histogram(1, LONGEST_NANOS, 2);
  }

  private static final class Reading extends Thread {
    private final Histogram took = histogram();
    private final Peer peer;
    private final CountDownLatch go;
    private volatile boolean stopped;
    private volatile Throwable fault;

    Reading(Peer peer, CountDownLatch go) {
      super("reading");
      this.peer = peer;
      this.go = go;
      setDaemon(true);
    }

    @Override
    public void run() {
      try {
        go.await();
        while (!stopped) {
          long from = System.nanoTime();
          peer.authorization();
          took.recordValue(Math.min(LONGEST_NANOS, System.nanoTime() - from));
        }
      } catch (Throwable e) {
        fault = e;
      }
    }
  }
}
