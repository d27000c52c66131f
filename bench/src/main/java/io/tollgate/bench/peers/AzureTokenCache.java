package io.tollgate.bench.peers;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.AccessTokenCache;
import com.azure.core.credential.TokenRequestContext;
import java.time.OffsetDateTime;
import reactor.core.publisher.Mono;

/** The cache of azure-core's bearer token policy. */
public final class AzureTokenCache implements Peer {
  private static final TokenRequestContext CONTEXT =
      new TokenRequestContext().addScopes("https://api.example.com/.default");

  private final AccessTokenCache cache;

  public AzureTokenCache(TokenEndpoint endpoint) {
    this.cache = new AccessTokenCache(context -> Mono.fromSupplier(() -> fetched(endpoint)));
  }

  private static AccessToken fetched(TokenEndpoint endpoint) {
    FetchedToken token = endpoint.fetch();
    return new AccessToken(token.token(), OffsetDateTime.now().plusNanos(token.lifeNanos()));
  }

  @Override
  public String name() {
    return "azure-core AccessTokenCache";
  }

  @Override
  public String authorization() {
    return "Bearer " + cache.getTokenSync(CONTEXT, false).getToken();
  }
}
