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
 * A thousand threads want a token at the same moment, and there is none: the start of a test
 * without ramp-up. Every repetition has a peer without a token, and peers take turns, so that what
 * else the machine does falls on all of them.
 */
public final class Herd {
  static final int THREADS = 1000;
  static final long LATENCY_MILLIS = 50;

  /** Before these, the JVM still compiles what is measured. */
  private static final int WARM_UPS = 3;

  private static final int REPETITIONS = 15;

  private Herd() {}

  /**
   * Measures and writes {@code herd.json}, after each repetition: a run that is cut off keeps what
   * it has.
   *
   * @param args how often, if not the usual number of times; keys of peers, if not all
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
    Crowd.Outcome outcome = Crowd.release(THREADS, peer::authorization);
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
