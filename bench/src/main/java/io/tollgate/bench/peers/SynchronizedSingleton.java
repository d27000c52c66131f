package io.tollgate.bench.peers;

/** One token behind one lock that every read takes: the most common answer in forums. */
public final class SynchronizedSingleton implements Peer {
  private final TokenEndpoint endpoint;
  private FetchedToken held;

  public SynchronizedSingleton(TokenEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public String name() {
    return "synchronized singleton";
  }

  @Override
  public synchronized String authorization() {
    if (held == null || !held.isFresh()) {
      held = endpoint.fetch();
    }
    return held.authorization();
  }

  @Override
  public synchronized void rejected(String authorization) {
    if (held != null && held.authorization().equals(authorization)) {
      held = null;
    }
  }
}
