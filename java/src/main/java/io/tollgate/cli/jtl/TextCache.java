package io.tollgate.cli.jtl;

import java.nio.charset.Charset;
import java.util.function.UnaryOperator;

/**
 * Texts by their bytes. Labels, threads, codes and messages of a result file repeat millions of
 * times: a text that was read before costs one hash and one comparison, and no object.
 *
 * <p>Bounded: a hash table of one entry a slot; a newer text displaces the older one in its slot.
 */
final class TextCache {
  private static final int SLOT_BITS = 13;

  private static final int SLOTS = 1 << SLOT_BITS;

  /** So many bytes of each end are hashed. */
  private static final int ENDS = 4;

  /** Longer texts are seldom the same. */
  private static final int LONGEST = 256;

  private final byte[][] keys = new byte[SLOTS][];
  private final String[] texts = new String[SLOTS];
  private final Charset charset;
  private final UnaryOperator<String> decode;

  /**
   * An empty cache.
   *
   * @param charset of the bytes
   * @param decode resolves the escapes of the format
   */
  TextCache(Charset charset, UnaryOperator<String> decode) {
    this.charset = charset;
    this.decode = decode;
  }

  /** The text of some bytes. */
  String get(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length <= 0) {
      return "";
    }
    if (length > LONGEST) {
      return decode.apply(new String(bytes, from, length, charset));
    }
    int slot = slotOf(bytes, from, to);
    byte[] key = keys[slot];
    if (key != null && equal(key, bytes, from, length)) {
      return texts[slot];
    }
    byte[] copy = new byte[length];
    System.arraycopy(bytes, from, copy, 0, length);
    String text = decode.apply(new String(copy, charset));
    keys[slot] = copy;
    texts[slot] = text;
    return text;
  }

  /** By the ends of a text: what differs between labels, threads and URLs is mostly there. */
  private static int slotOf(byte[] bytes, int from, int to) {
    int hash = to - from;
    for (int i = Math.max(from, to - ENDS); i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    for (int i = from + Math.min(ENDS, to - from); i > from; i--) {
      hash = 31 * hash + bytes[i - 1];
    }
    hash *= 0x9E3779B9;
    return hash >>> 32 - SLOT_BITS;
  }

  private static boolean equal(byte[] key, byte[] bytes, int from, int length) {
    if (key.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (key[i] != bytes[from + i]) {
        return false;
      }
    }
    return true;
  }
}
