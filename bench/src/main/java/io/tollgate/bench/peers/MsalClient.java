package io.tollgate.bench.peers;

import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ClientCredentialParameters;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.IConfidentialClientApplication;
import java.net.MalformedURLException;
import java.util.Set;

/**
 * MSAL4J, Microsoft's library. It accepts only {@code https} authorities like Entra's, so {@link
 * LoopbackHttp} redirects its requests to the endpoint; its cache is not affected.
 */
public final class MsalClient implements Peer {
  private static final String AUTHORITY = "https://localhost/11111111-2222-3333-4444-555555555555/";

  private final ClientCredentialParameters parameters =
      ClientCredentialParameters.builder(Set.of("https://api.example.com/.default")).build();
  private final IConfidentialClientApplication application;

  public MsalClient(TokenEndpoint endpoint) {
    try {
      application =
          ConfidentialClientApplication.builder(
                  endpoint.clientId(),
                  ClientCredentialFactory.createFromSecret(endpoint.clientSecret()))
              .authority(AUTHORITY)
              .instanceDiscovery(false)
              .httpClient(new LoopbackHttp(endpoint.url()))
              .build();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public String name() {
    return "MSAL4J acquireToken";
  }

  @Override
  public String authorization() {
    return "Bearer " + application.acquireToken(parameters).join().accessToken();
  }
}
