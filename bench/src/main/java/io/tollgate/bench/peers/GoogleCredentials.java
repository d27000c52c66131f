package io.tollgate.bench.peers;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.OAuth2Credentials;
import com.google.auth.oauth2.OAuth2CredentialsWithRefresh;
import java.io.IOException;
import java.net.URI;
import java.util.Date;
import java.util.concurrent.TimeUnit;

/**
 * google-auth-library's {@link OAuth2Credentials} with a refresh handler, as its documentation
 * shows for external tokens, with its own refresh times.
 */
public final class GoogleCredentials implements Peer {
  private static final URI ANY = URI.create("https://api.example.com/");

  private final OAuth2Credentials credentials;

  public GoogleCredentials(TokenEndpoint endpoint) {
    this.credentials =
        OAuth2CredentialsWithRefresh.newBuilder()
            .setRefreshHandler(() -> refreshed(endpoint))
            .build();
  }

  private static AccessToken refreshed(TokenEndpoint endpoint) {
    FetchedToken token = endpoint.fetch();
    long life = TimeUnit.NANOSECONDS.toMillis(token.lifeNanos());
    return AccessToken.newBuilder()
        .setTokenValue(token.token())
        .setExpirationTime(new Date(System.currentTimeMillis() + life))
        .build();
  }

  @Override
  public String name() {
    return "google-auth-library";
  }

  @Override
  public String authorization() throws IOException {
    return credentials.getRequestMetadata(ANY).get("Authorization").get(0);
  }
}
