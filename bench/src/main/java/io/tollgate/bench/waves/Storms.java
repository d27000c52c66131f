package io.tollgate.bench.waves;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.bench.TokenServer;
import io.tollgate.bench.peers.Peer;
import io.tollgate.bench.peers.PeerFactory;
import io.tollgate.bench.peers.Peers;
import io.tollgate.bench.peers.TokenEndpoint;
import io.tollgate.tests.Await;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * 500 threads read a token while it ends: by expiry, by a revocation that they learn by a 401, and
 * by a revocation while the token endpoint is down. As controls the same threads read a constant,
 * or wait for a bare timer: the share of the machine in a stall.
 */
public final class Storms {
  static final int THREADS = 500;
  static final long LATENCY_MILLIS = 50;

  /** Warm-up: the JVM compiles, and the first token is fetched. */
  private static final Duration WARM_UP = Duration.ofSeconds(1);

  private static final Duration EXPIRIES = Duration.ofSeconds(5);
  private static final int REVOCATIONS = 4;
  private static final Duration BETWEEN_REVOCATIONS = Duration.ofMillis(700);
  private static final Duration OUTAGE = Duration.ofSeconds(3);
  private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(30);
  private static final int ROUNDS = 2;

  /**
   * Lifetimes in seconds with which a peer refreshes every two to three seconds. Peers with a fixed
   * margin get longer lifetimes.
   */
  private static final Map<String, Integer> LIFETIMES =
      Map.of("msal", 302, "google", 227, "spring", 62);

  private static final int LIFETIME = 3;

  private Storms() {}

  /**
   * Measures and writes {@code storms.json} after each round, so an aborted run keeps its results.
   *
   * @param args the number of rounds, and keys of peers; defaults if empty
   */
  public static void main(String[] args) throws Exception {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : ROUNDS;
    Map<String, PeerFactory> contenders = new LinkedHashMap<>(Peers.all());
    contenders.put("constant", endpoint -> Controls.constant());
    contenders.put("timer", endpoint -> Controls.timer(LATENCY_MILLIS));
    if (args.length > 1) {
      contenders.keySet().retainAll(List.of(args).subList(1, args.length));
    }
    ActiveRun.begin();
    ObjectNode raw = Raw.object();
    raw.put("threads", THREADS).put("latency_millis", LATENCY_MILLIS);
    raw.put("outage_millis", OUTAGE.toMillis());
    raw.put("queue_told", RunQueue.isTold());
    try (TokenServer server =
        TokenServer.start(
            "storms", "--client", Clients.ANY, "--latency-before", LATENCY_MILLIS + "ms")) {
      for (int round = 0; round < rounds; round++) {
        for (Map.Entry<String, PeerFactory> contender : contenders.entrySet()) {
          String key = contender.getKey();
          System.out.println("storms: round " + (round + 1) + ", " + key);
          ObjectNode peer = raw.withObject("/peers/" + key);
          play(key, contender.getValue(), server, peer);
        }
        Raw.write("storms", raw.put("rounds", round + 1));
      }
    }
  }

  private static void play(String key, PeerFactory factory, TokenServer server, ObjectNode into)
      throws Exception {
    TokenEndpoint client;
    if (!key.equals("timer")) {
      server.server().set(Map.of("lifetime", LIFETIMES.getOrDefault(key, LIFETIME) + "s"));
      client = Clients.next(server);
      try (Peer peer = factory.open(client)) {
        into.put("name", peer.name());
        into.withArray("/expiry").add(expire(peer, client, server));
      }
    }
    server.server().set(Map.of("lifetime", "1h"));
    if (!key.equals("constant")) {
      client = Clients.next(server);
      try (Peer peer = factory.open(client)) {
        into.put("name", peer.name());
        into.put("can_reject", canReject(peer));
        if (canReject(peer)) {
          into.withArray("/revoked").add(revoke(peer, client, server));
        }
      }
    }
    if (!key.equals("constant") && !key.equals("timer")) {
      client = Clients.next(server);
      try (Peer peer = factory.open(client)) {
        if (canReject(peer)) {
          into.withArray("/outage").add(outage(peer, client, server));
        }
      }
    }
  }

  /** Whether a 401 can be reported to this peer. */
  private static boolean canReject(Peer peer) throws NoSuchMethodException {
    return peer.getClass().getMethod("rejected", String.class).getDeclaringClass() != Peer.class;
  }

  private static ObjectNode expire(Peer peer, TokenEndpoint client, TokenServer server)
      throws Exception {
    peer.authorization();
    System.gc();
    try (Readers readers = new Readers(peer, THREADS)) {
      pass(WARM_UP);
      long before = requests(client, server);
      int tokens = readers.tokens();
      readers.enter(1);
      pass(EXPIRIES);
      readers.enter(2);
      long requests = requests(client, server) - before;
      int fresh = readers.tokens() - tokens;
      return figures(readers.stop().get(1)).put("requests", requests).put("expiries", fresh);
    }
  }

  private static ObjectNode revoke(Peer peer, TokenEndpoint client, TokenServer server)
      throws Exception {
    peer.authorization();
    System.gc();
    try (Readers readers = new Readers(peer, THREADS)) {
      pass(WARM_UP);
      long before = requests(client, server);
      readers.enter(1);
      for (int i = 0; i < REVOCATIONS; i++) {
        readers.refuse(peer.authorization());
        pass(BETWEEN_REVOCATIONS);
      }
      readers.enter(2);
      long requests = requests(client, server) - before;
      ObjectNode storm = figures(readers.stop().get(1));
      return storm.put("requests", requests).put("revocations", REVOCATIONS);
    }
  }

  private static ObjectNode outage(Peer peer, TokenEndpoint client, TokenServer server)
      throws Exception {
    peer.authorization();
    System.gc();
    try (Readers readers = new Readers(peer, THREADS)) {
      pass(WARM_UP);
      long before = requests(client, server);
      server.server().set(Map.of("token_fault", "status:503"));
      readers.enter(1);
      readers.refuse(peer.authorization());
      pass(OUTAGE);
      long during = requests(client, server) - before;
      readers.enter(2);
      server.server().set(Map.of("token_fault", "none"));
      long up = System.nanoTime();
      Await.until(
          "all threads to have a token again", RECOVERY_LIMIT, () -> readers.served(2) == THREADS);
      double recovered = (System.nanoTime() - up) / 1e6;
      long after = requests(client, server) - before - during;
      ObjectNode storm = figures(readers.stop().get(1));
      return storm.put("requests", during).put("requests_after", after).put("back", recovered);
    } finally {
      server.server().set(Map.of("token_fault", "none"));
    }
  }

  private static ObjectNode figures(Readers.Met met) {
    if (met == null) {
      return Raw.object().put("reads", 0);
    }
    return Raw.object()
        .put("reads", met.reads())
        .put("failed", met.failed())
        .put("worst_millis", met.worstNanos() / 1e6)
        .put("worst_own_millis", met.worstOwnNanos() / 1e6)
        .put("waited", met.waited());
  }

  /** Requests of this client only: another may still refresh once after its turn. */
  private static long requests(TokenEndpoint client, TokenServer server) {
    return server.server().counts().of(client.clientId()).tokenRequests();
  }

  /** The duration of the measurement. */
  private static void pass(Duration time) throws InterruptedException {
    Thread.sleep(time.toMillis());
  }
}
