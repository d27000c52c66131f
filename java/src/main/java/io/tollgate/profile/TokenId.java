package io.tollgate.profile;

/** Names a token that was given out without being it: of which lane, and which generation. */
public final class TokenId {
  final long lane;
  final long generation;

  TokenId(long lane, long generation) {
    this.lane = lane;
    this.generation = generation;
  }

  /** For people. */
  @Override
  public String toString() {
    return "generation " + generation;
  }
}
