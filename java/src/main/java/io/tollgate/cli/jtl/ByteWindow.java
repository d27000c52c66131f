package io.tollgate.cli.jtl;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A part of a stream in memory, from a mark on. It grows while the bytes from the mark on are
 * needed, up to a bound.
 */
final class ByteWindow {
  /** A record beyond this is no record: a quote that nothing closes. */
  private static final int LARGEST = 1 << 20;

  /** Behind what is filled: a line end that stops every scan, and the rest of its word. */
  private static final int PADDING = Words.BYTES;

  byte[] bytes;

  /** The same bytes, to be read eight at a time. */
  ByteBuffer words;

  /** So many bytes are filled. */
  int limit;

  private final InputStream in;
  private boolean ended;

  ByteWindow(InputStream in) {
    this.in = in;
    hold(new byte[(1 << 16) + PADDING]);
    bytes[0] = '\n';
  }

  private void hold(byte[] held) {
    bytes = held;
    words = Words.of(held);
  }

  /**
   * Moves the bytes from a mark on to the front and reads more behind them.
   *
   * @return {@code false} if there are no more, or no room for them
   */
  boolean fill(int mark) throws IOException {
    System.arraycopy(bytes, mark, bytes, 0, limit - mark);
    limit -= mark;
    if (isFull() && bytes.length <= LARGEST) {
      hold(Arrays.copyOf(bytes, 2 * bytes.length));
    }
    int read = ended || isFull() ? -1 : in.read(bytes, limit, bytes.length - PADDING - limit);
    ended |= read < 0 && !isFull();
    limit += Math.max(0, read);
    bytes[limit] = '\n';
    return read > 0;
  }

  private boolean isFull() {
    return limit == bytes.length - PADDING;
  }

  /** The first bytes of the stream, which stay in the window. */
  byte[] head(int atLeast) throws IOException {
    boolean more = true;
    while (more && limit < atLeast) {
      more = fill(0);
    }
    return Arrays.copyOf(bytes, limit);
  }

  /** Whether the stream has no byte behind the window. */
  boolean isEnded() {
    return ended;
  }
}
