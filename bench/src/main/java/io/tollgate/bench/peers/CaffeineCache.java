package io.tollgate.bench.peers;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.time.Duration;

/** Caffeine's {@link LoadingCache}, with each token's own expiry. */
public final class CaffeineCache implements Peer {
  private final TokenEndpoint endpoint;
  private final LoadingCache<String, FetchedToken> held;

  public CaffeineCache(TokenEndpoint endpoint) {
    this.endpoint = endpoint;
    this.held =
        Caffeine.newBuilder()
            .expireAfter(
                Expiry.<String, FetchedToken>creating(
                    (client, token) -> Duration.ofNanos(token.usefulNanos())))
            .build(client -> endpoint.fetch());
  }

  @Override
  public String name() {
    return "Caffeine LoadingCache";
  }

  @Override
  public String authorization() {
    return held.get(endpoint.clientId()).authorization();
  }

  @Override
  public void rejected(String authorization) {
    held.asMap()
        .computeIfPresent(
            endpoint.clientId(),
            (client, last) -> last.authorization().equals(authorization) ? null : last);
  }
}
