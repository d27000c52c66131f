package io.tollgate.cli.jtl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Looks at eight bytes at a time: the first of them is the lowest of a {@code long}. */
final class Words {
  /** The bytes of a word. */
  static final int BYTES = 8;

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHEST_BITS = 0x8080808080808080L;

  private Words() {}

  static ByteBuffer of(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A word of one byte eight times. */
  static long all(char c) {
    return c * ONES;
  }

  /** Whether a byte of a word is that of a pattern. */
  static boolean contains(long word, long pattern) {
    long other = word ^ pattern;
    return (other - ONES & ~other & HIGHEST_BITS) != 0;
  }

  /** The first bytes of a word, the others 0. */
  static long head(long word, int count) {
    return count >= BYTES ? word : word & (1L << 8 * count) - 1;
  }
}
