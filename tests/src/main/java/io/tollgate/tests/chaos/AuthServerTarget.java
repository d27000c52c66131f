package io.tollgate.tests.chaos;

import io.tollgate.tests.AuthServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * This project's server: a new token revokes the previous ones, a refresh token that comes twice
 * revokes its family, and a restart forgets every token.
 */
final class AuthServerTarget implements ChaosServer {
  private final String name;
  private final Map<String, String> secrets;
  private Counts ofEarlierStarts = new Counts(0, 0, 0, 0);
  private AuthServer server;

  /**
   * Prepares it.
   *
   * @param secrets by client
   */
  AuthServerTarget(String name, Map<String, String> secrets) {
    this.name = name;
    this.secrets = new LinkedHashMap<>(secrets);
  }

  @Override
  public InetSocketAddress start() {
    List<String> flags = new ArrayList<>();
    clients().forEach(client -> flags.addAll(List.of("--client", client)));
    flags.addAll(List.of("--lifetime", Pace.LIFETIME.toMillis() + "ms"));
    flags.addAll(List.of("--revoke-previous", "--reuse-revokes"));
    server = AuthServer.start(name, flags.toArray(String[]::new));
    URI url = server.tokenUrl();
    return new InetSocketAddress(url.getHost(), url.getPort());
  }

  @Override
  public void stop() {
    ofEarlierStarts = counts();
    server.close();
    server = null;
  }

  @Override
  public void rotate(String client, String secret) {
    secrets.put(client, secret);
    server.set(Map.of("client", clients()));
  }

  private List<String> clients() {
    return secrets.entrySet().stream()
        .map(client -> client.getKey() + ":" + client.getValue())
        .toList();
  }

  @Override
  public Counts counts() {
    if (server == null) {
      return ofEarlierStarts;
    }
    var now = server.counts();
    return ofEarlierStarts.plus(
        new Counts(now.allTokenRequests(), now.allMinted(), now.apiRequests(), now.allReused()));
  }

  @Override
  public String tokenPath() {
    return "/oauth/token";
  }

  @Override
  public String apiPath() {
    return "/api/v2/echo";
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}
