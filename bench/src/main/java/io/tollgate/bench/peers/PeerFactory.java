package io.tollgate.bench.peers;

/** Makes a peer that has no token yet. */
@FunctionalInterface
public interface PeerFactory {
  /** Opens one for a client at a token endpoint; asks for nothing yet. */
  Peer open(TokenEndpoint endpoint);
}
