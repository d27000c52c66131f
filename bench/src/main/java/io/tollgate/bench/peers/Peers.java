package io.tollgate.bench.peers;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** All peers, by their keys in command lines and raw results. */
public final class Peers {
  private static final Map<String, PeerFactory> ALL = new LinkedHashMap<>();

  static {
    ALL.put("tollgate", TollgatePeer::new);
    ALL.put("synchronized", SynchronizedSingleton::new);
    ALL.put("reference", CheckedReference::new);
    ALL.put("map", CheckedMap::new);
    ALL.put("caffeine", CaffeineCache::new);
    ALL.put("aws", AwsCachedSupplier::new);
    ALL.put("msal", MsalClient::new);
    ALL.put("google", GoogleCredentials::new);
    ALL.put("azure", AzureTokenCache::new);
    ALL.put("spring", SpringClient::new);
  }

  private Peers() {}

  /** In the order of tables. */
  public static Map<String, PeerFactory> all() {
    return Collections.unmodifiableMap(ALL);
  }

  /**
   * The peer of a key.
   *
   * @throws IllegalArgumentException if there is none; names the known keys
   */
  public static PeerFactory of(String key) {
    PeerFactory found = ALL.get(key);
    if (found == null) {
      throw new IllegalArgumentException("no peer '" + key + "'; there are " + ALL.keySet());
    }
    return found;
  }
}
