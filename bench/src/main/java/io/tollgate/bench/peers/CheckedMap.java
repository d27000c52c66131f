package io.tollgate.bench.peers;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** A {@link ConcurrentHashMap} from client to token: the same for several clients. */
public final class CheckedMap implements Peer {
  private final TokenEndpoint endpoint;
  private final ConcurrentMap<String, FetchedToken> held = new ConcurrentHashMap<>();

  public CheckedMap(TokenEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public String name() {
    return "ConcurrentHashMap with expiry";
  }

  @Override
  public String authorization() {
    FetchedToken found = held.get(endpoint.clientId());
    if (found == null || !found.isFresh()) {
      found =
          held.compute(
              endpoint.clientId(),
              (client, last) -> last != null && last.isFresh() ? last : endpoint.fetch());
    }
    return found.authorization();
  }

  @Override
  public void rejected(String authorization) {
    held.computeIfPresent(
        endpoint.clientId(),
        (client, last) -> last.authorization().equals(authorization) ? null : last);
  }
}
