package io.tollgate.bridge;

/** Names a token that was given out without being it: of which lane, and which generation. */
public final class Stamp {
  final long lane;
  final long generation;

  Stamp(long lane, long generation) {
    this.lane = lane;
    this.generation = generation;
  }

  /** For people. */
  @Override
  public String toString() {
    return "generation " + generation;
  }
}
