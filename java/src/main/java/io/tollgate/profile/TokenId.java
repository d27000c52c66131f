package io.tollgate.profile;

/** Names a token without holding it. */
public final class TokenId {
  final long lane;

  /** By which the engine knows it. A redefined lane has the tokens of another credential. */
  final long stamp;

  TokenId(long lane, long stamp) {
    this.lane = lane;
    this.stamp = stamp;
  }
}
