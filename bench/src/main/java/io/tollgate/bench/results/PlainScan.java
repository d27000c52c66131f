package io.tollgate.bench.results;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds the cells of a CSV file and counts them, quotes respected: no text, no number, no object.
 */
public final class PlainScan {
  private long cells;
  private boolean quoted;

  private PlainScan() {}

  /**
   * Scans a file.
   *
   * @param arguments the file
   * @throws IOException if it can't be read
   */
  public static void main(String[] arguments) throws IOException {
    byte[] bytes = new byte[1 << 18];
    PlainScan scan = new PlainScan();
    try (InputStream in = Files.newInputStream(Path.of(arguments[0]))) {
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        scan.count(bytes, read);
      }
    }
    System.out.println(scan.cells);
  }

  private void count(byte[] bytes, int read) {
    boolean inside = quoted;
    long found = 0;
    for (int i = 0; i < read; i++) {
      byte b = bytes[i];
      if (b == '"') {
        inside = !inside;
      } else if (!inside && (b == ',' || b == '\n')) {
        found++;
      }
    }
    quoted = inside;
    cells += found;
  }
}
