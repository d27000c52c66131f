package io.tollgate.bench.peers;

/** Creates a peer without a token. */
@FunctionalInterface
public interface PeerFactory {
  /** Opens a peer for a client at a token endpoint, without a request. */
  Peer open(TokenEndpoint endpoint);
}
