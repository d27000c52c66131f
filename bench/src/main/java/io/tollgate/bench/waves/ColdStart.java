package io.tollgate.bench.waves;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.bench.TokenServer;
import io.tollgate.bench.peers.Peer;
import io.tollgate.bench.peers.PeerFactory;
import io.tollgate.bench.peers.Peers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * 1,000 threads need a token at once and there is none: the start of a test without ramp-up. Each
 * repetition starts without a token, and peers alternate, so other load on the machine affects all
 * of them.
 */
public final class ColdStart {
  static final int THREADS = 1000;
  static final long LATENCY_MILLIS = 50;

  /** Repetitions before those that count: the JVM still compiles. */
  private static final int WARM_UPS = 3;

  private static final int REPETITIONS = 15;

  private ColdStart() {}

  /**
   * Measures and writes {@code herd.json} after each repetition, so an aborted run keeps its
   * results.
   *
   * @param args the number of repetitions, and keys of peers; defaults if empty
   */
  public static void main(String[] args) throws Exception {
    int repetitions = args.length > 0 ? Integer.parseInt(args[0]) : REPETITIONS;
    Map<String, PeerFactory> contenders = new LinkedHashMap<>(Peers.all());
    contenders.put("control", endpoint -> Controls.timer(LATENCY_MILLIS));
    if (args.length > 1) {
      contenders.keySet().retainAll(List.of(args).subList(1, args.length));
    }
    ObjectNode raw = Raw.object();
    raw.put("threads", THREADS).put("latency_millis", LATENCY_MILLIS);
    ObjectNode peers = raw.putObject("peers");
    try (TokenServer server =
        TokenServer.start(
            "herd", "--client", Clients.ANY, "--latency-before", LATENCY_MILLIS + "ms")) {
      for (int i = -WARM_UPS; i < repetitions; i++) {
        for (Map.Entry<String, PeerFactory> contender : contenders.entrySet()) {
          String key = contender.getKey();
          try (Peer peer = contender.getValue().open(Clients.next(server))) {
            measure(peer, server, i < 0 ? Raw.object() : peers.withObject("/" + key));
          }
        }
        System.out.println("herd: " + (i < 0 ? "warm-up" : "repetition " + (i + 1)));
        if (i >= 0) {
          Raw.write("herd", raw.put("repetitions", i + 1));
        }
      }
    }
  }

  private static void measure(Peer peer, TokenServer server, ObjectNode into)
      throws InterruptedException {
    long before = server.server().counts().allTokenRequests();
    ThreadBurst.Outcome outcome = ThreadBurst.release(THREADS, peer::authorization);
    long requests = server.server().counts().allTokenRequests() - before;
    if (outcome.failed() > 0) {
      throw new IllegalStateException(
          peer.name() + " left " + outcome.failed() + " threads without a token",
          outcome.firstFailure());
    }
    into.put("name", peer.name());
    add(into, "last_millis", outcome.last() / 1e6);
    add(into, "median_millis", outcome.median() / 1e6);
    add(into, "requests", requests);
  }

  private static void add(ObjectNode into, String field, double value) {
    ArrayNode values = into.withArray("/" + field);
    values.add(value);
  }
}
