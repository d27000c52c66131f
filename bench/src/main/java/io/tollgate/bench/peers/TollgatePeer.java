package io.tollgate.bench.peers;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Tollgate's credential, held. */
public final class TollgatePeer implements Peer {
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final String profile = "peer-" + NAMES.incrementAndGet();
  private final Credential credential;

  public TollgatePeer(TokenEndpoint endpoint) {
    credential =
        Tollgate.define(
            profile,
            Map.of(
                "token_url", endpoint.url(),
                "client_id", endpoint.clientId(),
                "client_secret", "literal:" + endpoint.clientSecret()));
  }

  @Override
  public String name() {
    return "Tollgate credential.authorization()";
  }

  /** The profile's name, for reads by name. */
  public String profile() {
    return profile;
  }

  /** The credential. */
  public Credential credential() {
    return credential;
  }

  @Override
  public String authorization() {
    return credential.authorization();
  }

  @Override
  public void rejected(String authorization) {
    credential.report(401, null, authorization);
  }

  @Override
  public void accepted(String authorization) {
    credential.report(200, null, authorization);
  }
}
