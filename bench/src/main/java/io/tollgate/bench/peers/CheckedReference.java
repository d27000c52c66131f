package io.tollgate.bench.peers;

import java.util.concurrent.atomic.AtomicReference;

/** An {@link AtomicReference} with double-checked locking: no lock while the token is valid. */
public final class CheckedReference implements Peer {
  private final TokenEndpoint endpoint;
  private final AtomicReference<FetchedToken> held = new AtomicReference<>();

  public CheckedReference(TokenEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public String name() {
    return "double-checked AtomicReference";
  }

  @Override
  public String authorization() {
    FetchedToken found = held.get();
    if (found == null || !found.isFresh()) {
      found = renewed();
    }
    return found.authorization();
  }

  private synchronized FetchedToken renewed() {
    FetchedToken found = held.get();
    if (found == null || !found.isFresh()) {
      found = endpoint.fetch();
      held.set(found);
    }
    return found;
  }

  @Override
  public void rejected(String authorization) {
    FetchedToken found = held.get();
    if (found != null && found.authorization().equals(authorization)) {
      held.compareAndSet(found, null);
    }
  }
}
