package io.tollgate.jmeter.report;

/** One token: when it served, and how that ended. Times are as {@link System#currentTimeMillis}. */
public final class TokenLife {
  /** How it ended. */
  public enum End {
    /** It still serves. */
    SERVING,
    /** The next one took its place. */
    REPLACED,
    /** The API refused it. */
    REVOKED,
    /** Its time was over. */
    EXPIRED
  }

  final long generation;
  final String reason;
  final long from;
  final long deadline;
  long to;
  End end = End.SERVING;

  TokenLife(long generation, String reason, long from, long deadline) {
    this.generation = generation;
    this.reason = reason;
    this.from = from;
    this.deadline = deadline;
    this.to = deadline;
  }

  /** It served until then, if it did not end before. */
  void ends(long at, End how) {
    if (end == End.SERVING) {
      to = Math.min(at, deadline);
      end = at >= deadline && how == End.REPLACED ? End.EXPIRED : how;
    }
  }

  /**
   * Its number.
   *
   * @return from 1
   */
  public long generation() {
    return generation;
  }

  /**
   * When it came.
   *
   * @return a time
   */
  public long from() {
    return from;
  }

  /**
   * Until when it served, or will at most.
   *
   * @return a time
   */
  public long to() {
    return to;
  }

  /**
   * How it ended.
   *
   * @return never {@code null}
   */
  public End end() {
    return end;
  }
}
