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
 * What {@link ManyThreads} reads, by the names that JMH's results give the same ways: the floor,
 * Tollgate, and the peers that take less than a microsecond. Of slower ones two threads tell
 * enough.
 */
final class ManyThreadsWays {
  private static final List<String> PEERS =
      List.of("reference", "map", "synchronized", "caffeine", "aws", "google");

  private ManyThreadsWays() {}

  /** Each of them, to be closed by the caller. */
  static Map<String, Peer> open(TokenEndpoint endpoint) {
    TollgatePeer tollgate = new TollgatePeer(endpoint);
    Map<String, Peer> ways = new LinkedHashMap<>();
    ways.put("Floors.nanoTime", new Clock());
    ways.put("TollgateReads.held", tollgate);
    ways.put("TollgateReads.named", new Named(tollgate.profile()));
    PEERS.forEach(key -> ways.put("PeerReads.read:" + key, Peers.of(key).open(endpoint)));
    return ways;
  }

  /** Looks at the clock, and hands out what nobody looked after. */
  private static final class Clock implements Peer {
    private final String[] held = {"Bearer even", "Bearer odd"};

    @Override
    public String name() {
      return "System.nanoTime";
    }

    @Override
    public String authorization() {
      return held[(int) System.nanoTime() & 1]; // so that nobody can leave the look out
    }
  }

  /** By a script that names the profile anew in each sample. */
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
