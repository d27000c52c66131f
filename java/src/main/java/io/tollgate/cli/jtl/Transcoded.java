package io.tollgate.cli.jtl;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Text of another encoding, as UTF-8. */
final class Transcoded extends InputStream {
  private final Reader reader;
  private final char[] chars = new char[1 << 14];
  private byte[] bytes = new byte[0];
  private int at;

  Transcoded(InputStream in, Charset charset) {
    this.reader = new InputStreamReader(in, charset);
  }

  @Override
  public int read() throws IOException {
    return refill() ? bytes[at++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!refill()) {
      return -1;
    }
    int count = Math.min(length, bytes.length - at);
    System.arraycopy(bytes, at, into, from, count);
    at += count;
    return count;
  }

  private boolean refill() throws IOException {
    while (at == bytes.length) {
      // A pair of surrogates is not parted: one char is left for the second half.
      int read = reader.read(chars, 0, chars.length - 1);
      if (read < 0) {
        return false;
      }
      if (Character.isHighSurrogate(chars[read - 1])) {
        int second = reader.read();
        if (second >= 0) {
          chars[read++] = (char) second;
        }
      }
      bytes = new String(chars, 0, read).getBytes(StandardCharsets.UTF_8);
      at = 0;
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
