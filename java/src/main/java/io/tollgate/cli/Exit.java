package io.tollgate.cli;

/** What the program ends with. The numbers are documented and do not change. */
final class Exit {
  /** All is well, or nothing was found. */
  static final int FINE = 0;

  /** A problem was found and printed. */
  static final int FOUND = 1;

  /** The command line is wrong, or names a file that can't be read. */
  static final int USAGE = 2;

  /** The program could not do its work here: no native library, no server for this platform. */
  static final int UNABLE = 3;

  /** A file could be read in part only. What was read is judged and printed. */
  static final int PARTLY = 4;

  private Exit() {}
}
