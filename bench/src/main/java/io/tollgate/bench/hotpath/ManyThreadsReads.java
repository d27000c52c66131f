package io.tollgate.bench.hotpath;

import io.tollgate.Tollgate;
import io.tollgate.bench.peers.Peer;
import io.tollgate.bench.peers.Peers;
import io.tollgate.bench.peers.TokenEndpoint;
import io.tollgate.bench.peers.TollgatePeer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The reads of {@link ManyThreads}, by their names in JMH's results: the lower bound, Tollgate, and
 * the peers that take less than a microsecond. For slower peers two threads are enough.
 */
final class ManyThreadsReads {
  private static final List<String> PEERS =
      List.of("reference", "map", "synchronized", "caffeine", "aws", "google");

  private ManyThreadsReads() {}

  /** Opens all of them; the caller closes them. */
  static Map<String, Peer> open(TokenEndpoint endpoint) {
    TollgatePeer tollgate = new TollgatePeer(endpoint);
    Map<String, Peer> methods = new LinkedHashMap<>();
    methods.put("Floors.nanoTime", new Clock());
    methods.put("TollgateReads.held", tollgate);
    methods.put("TollgateReads.named", new Named(tollgate.profile()));
    PEERS.forEach(key -> methods.put("PeerReads.read:" + key, Peers.of(key).open(endpoint)));
    return methods;
  }

  /** Reads the clock and returns a constant. */
  private static final class Clock implements Peer {
    private final String[] held = {"Bearer even", "Bearer odd"};

    @Override
    public String name() {
      return "System.nanoTime";
    }

    @Override
    public String authorization() {
      return held[
          (int) System.nanoTime()
              & 1]; // the result depends on the clock, so the read is not optimised away
    }
  }

  /** By name, as a script does in each sample. */
  private static final class Named implements Peer {
    private final String profile;

    Named(String profile) {
      this.profile = profile;
    }

    @Override
    public String name() {
      return "Tollgate by name";
    }

    @Override
    public String authorization() {
      return Tollgate.credential(profile).authorization();
    }
  }
}
