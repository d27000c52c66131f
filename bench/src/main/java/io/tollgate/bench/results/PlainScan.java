package io.tollgate.bench.results;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds where each cell of a CSV file begins and ends, quotes respected, as anything must that
 * reads one: no text, no number, no object.
 */
public final class PlainScan {
  /** The ends of the cells of a record; no record of a result file has as many. */
  private final int[] ends = new int[1 << 10];

  private long cells;

  private PlainScan() {}

  /**
   * Scans a file.
   *
   * @param arguments the file
   * @throws IOException if it can't be read
   */
  public static void main(String[] arguments) throws IOException {
    byte[] bytes = new byte[(1 << 18) + 1];
    int limit = bytes.length - 1;
    PlainScan scan = new PlainScan();
    int kept = 0;
    try (InputStream in = Files.newInputStream(Path.of(arguments[0]))) {
      for (int read = in.read(bytes, 0, limit);
          read > 0;
          read = in.read(bytes, kept, limit - kept)) {
        int filled = kept + read;
        bytes[filled] = '\n';
        int done = scan.records(bytes, filled);
        kept = filled - done;
        System.arraycopy(bytes, done, bytes, 0, kept);
      }
    }
    System.out.println(scan.cells);
  }

  /** Takes whole records; where the first one begins that is not whole. */
  private int records(byte[] bytes, int limit) {
    int begin = 0;
    int at = 0;
    int size = 0;
    while (at < limit) {
      byte b = bytes[at];
      while (b != ',' && b != '\n' && b != '"') {
        b = bytes[++at];
      }
      if (b == '"') {
        at++;
        while (at < limit && bytes[at] != '"') {
          at++;
        }
        at++;
      } else if (at < limit) {
        ends[size++ & ends.length - 1] = at++;
        if (b == '\n') {
          cells += size;
          size = 0;
          begin = at;
        }
      }
    }
    return begin;
  }
}
