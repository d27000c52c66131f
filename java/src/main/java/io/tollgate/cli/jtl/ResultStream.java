package io.tollgate.cli.jtl;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * The text of a result file: decompressed (gzip, zstd) and as UTF-8 without a byte order mark,
 * however it is kept.
 */
final class ResultStream {
  private static final int BUFFER = 1 << 16;

  /** Counts what was read of the file itself. */
  static final class Counted extends FilterInputStream {
    private long count;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = in.read();
      count += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int read = in.read(bytes, from, length);
      count += Math.max(0, read);
      return read;
    }

    long count() {
      return count;
    }
  }

  /** What was read of the file. */
  final Counted file;

  /** Its text. */
  final InputStream text;

  private ResultStream(Counted file, InputStream text) {
    this.file = file;
    this.text = text;
  }

  static ResultStream open(Path path) throws IOException {
    Counted file = new Counted(Files.newInputStream(path));
    try {
      return new ResultStream(file, utf8(decompressed(file)));
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private static InputStream decompressed(InputStream file) throws IOException {
    InputStream in = new BufferedInputStream(file, BUFFER);
    byte[] magic = peek(in, 4);
    if (startsWith(magic, 0x1F, 0x8B)) {
      return new GZIPInputStream(in, BUFFER);
    }
    return startsWith(magic, 0x28, 0xB5, 0x2F, 0xFD) ? Zstd.stream(in) : in;
  }

  /** Windows tools write UTF-16, which their byte order mark says. */
  private static InputStream utf8(InputStream bytes) throws IOException {
    InputStream in = bytes.markSupported() ? bytes : new BufferedInputStream(bytes, BUFFER);
    byte[] mark = peek(in, 3);
    if (startsWith(mark, 0xEF, 0xBB, 0xBF)) {
      discard(in, 3);
    } else if (startsWith(mark, 0xFF, 0xFE)) {
      return transcoded(in, StandardCharsets.UTF_16LE);
    } else if (startsWith(mark, 0xFE, 0xFF)) {
      return transcoded(in, StandardCharsets.UTF_16BE);
    }
    return in;
  }

  private static InputStream transcoded(InputStream in, Charset charset) throws IOException {
    discard(in, 2);
    return new Transcoded(in, charset);
  }

  private static byte[] peek(InputStream in, int count) throws IOException {
    in.mark(count);
    byte[] bytes = new byte[count];
    int read = 0;
    for (int b = in.read(); b >= 0; b = in.read()) {
      bytes[read++] = (byte) b;
      if (read == count) {
        break;
      }
    }
    in.reset();
    return Arrays.copyOf(bytes, read);
  }

  private static void discard(InputStream in, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      if (in.read() < 0) {
        return;
      }
    }
  }

  private static boolean startsWith(byte[] bytes, int... magic) {
    for (int i = 0; i < magic.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xFF) != magic[i]) {
        return false;
      }
    }
    return true;
  }
}
