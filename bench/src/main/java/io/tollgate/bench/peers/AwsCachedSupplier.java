package io.tollgate.bench.peers;

import java.time.Instant;
import software.amazon.awssdk.utils.cache.CachedSupplier;
import software.amazon.awssdk.utils.cache.OneCallerBlocks;
import software.amazon.awssdk.utils.cache.RefreshResult;

/**
 * The cache of the credential providers in the AWS SDK for Java 2; one caller refreshes ahead of
 * expiry.
 */
public final class AwsCachedSupplier implements Peer {
  private final CachedSupplier<FetchedToken> held;

  public AwsCachedSupplier(TokenEndpoint endpoint) {
    this.held =
        CachedSupplier.builder(() -> fetched(endpoint))
            .prefetchStrategy(new OneCallerBlocks())
            .cachedValueName("access token")
            .build();
  }

  private static RefreshResult<FetchedToken> fetched(TokenEndpoint endpoint) {
    FetchedToken token = endpoint.fetch();
    Instant now = Instant.now();
    return RefreshResult.builder(token)
        .staleTime(now.plusNanos(token.lifeNanos()))
        .prefetchTime(now.plusNanos(token.usefulNanos()))
        .build();
  }

  @Override
  public String name() {
    return "AWS SDK v2 CachedSupplier";
  }

  @Override
  public String authorization() {
    return held.get().authorization();
  }

  @Override
  public void close() {
    held.close();
  }
}
