package io.tollgate.cli.jtl;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A result file, CSV or XML: which of them is seen from its first byte. */
public final class Jtl {
  private final boolean complete;
  private final boolean headers;

  Jtl(boolean complete, boolean headers) {
    this.complete = complete;
    this.headers = headers;
  }

  /**
   * Reads a file from its start to its end.
   *
   * @param file to read
   * @param sink takes each sample in the order of the file, which is that of their ends
   * @return what there is to say of the file itself
   * @throws IOException if it can't be read
   * @throws NotAJtl if it is no result file
   */
  public static Jtl read(Path file, Consumer<JtlSample> sink) throws IOException, NotAJtl {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      in.mark(4);
      int first = in.read();
      if (first == 0xEF) { // a byte order mark, left by an editor
        in.skip(2);
        in.mark(1);
        first = in.read();
      }
      in.reset();
      return first == '<' ? XmlJtl.read(in, sink) : CsvJtl.read(in, sink);
    }
  }

  /**
   * Whether the file has its end.
   *
   * @return {@code false} if the run was cut off, or goes on
   */
  public boolean isComplete() {
    return complete;
  }

  /**
   * Whether response headers were saved.
   *
   * @return {@code true} if at least one sample has some
   */
  public boolean hasHeaders() {
    return headers;
  }
}
