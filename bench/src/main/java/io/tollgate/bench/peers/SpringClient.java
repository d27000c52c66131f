package io.tollgate.bench.peers;

import org.springframework.security.oauth2.client.AuthorizedClientServiceOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.InMemoryOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientProviderBuilder;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;

/** Spring Security's client for services, with the client credentials grant. */
public final class SpringClient implements Peer {
  private static final String REGISTRATION = "api";

  private final OAuth2AuthorizedClientService clients;
  private final OAuth2AuthorizedClientManager manager;
  private final OAuth2AuthorizeRequest request =
      OAuth2AuthorizeRequest.withClientRegistrationId(REGISTRATION).principal("load test").build();

  public SpringClient(TokenEndpoint endpoint) {
    ClientRegistrationRepository registrations =
        new InMemoryClientRegistrationRepository(
            ClientRegistration.withRegistrationId(REGISTRATION)
                .tokenUri(endpoint.url().toString())
                .clientId(endpoint.clientId())
                .clientSecret(endpoint.clientSecret())
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .build());
    clients = new InMemoryOAuth2AuthorizedClientService(registrations);
    AuthorizedClientServiceOAuth2AuthorizedClientManager made =
        new AuthorizedClientServiceOAuth2AuthorizedClientManager(registrations, clients);
    made.setAuthorizedClientProvider(
        OAuth2AuthorizedClientProviderBuilder.builder().clientCredentials().build());
    manager = made;
  }

  @Override
  public String name() {
    return "Spring Security OAuth2 client";
  }

  @Override
  public String authorization() {
    OAuth2AuthorizedClient client = manager.authorize(request);
    if (client == null) {
      throw new IllegalStateException("Spring Security has no client for this request");
    }
    return "Bearer " + client.getAccessToken().getTokenValue();
  }

  @Override
  public void rejected(String authorization) {
    OAuth2AuthorizedClient client = clients.loadAuthorizedClient(REGISTRATION, "load test");
    if (client != null && authorization.endsWith(client.getAccessToken().getTokenValue())) {
      clients.removeAuthorizedClient(REGISTRATION, "load test");
    }
  }
}
