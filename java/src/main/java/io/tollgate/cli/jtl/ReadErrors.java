package io.tollgate.cli.jtl;

/** What of a file could not be read: the first place and its reason, and how much in all. */
public final class ReadErrors {
  private long line;
  private String reason;
  private long count;

  void add(long atLine, String why) {
    if (count++ == 0) {
      line = atLine;
      reason = why;
    }
  }

  /**
   * How many places could not be read.
   *
   * @return 0 if all was read
   */
  public long count() {
    return count;
  }

  /**
   * Where the first one is.
   *
   * @return its line, from 1
   */
  public long line() {
    return line;
  }

  /**
   * Why the first one could not be read.
   *
   * @return {@code null} if all was read
   */
  public String reason() {
    return reason;
  }
}
