package io.tollgate.cli.jtl;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * Texts by their bytes. Labels, threads, codes and messages of a result file repeat millions of
 * times: a text that was read before costs one hash and one comparison, and no object.
 *
 * <p>Bounded: a hash table with two places for each hash; a newer text displaces the older of the
 * two.
 */
final class TextCache {
  private static final int SLOT_BITS = 12;
  private static final int SLOTS = 1 << SLOT_BITS;

  /** Longer texts are seldom the same. */
  private static final int LONGEST = 256;

  /** The first and the last word of each text; with its length, all of a short one. */
  private final long[] firsts = new long[SLOTS];

  private final long[] lasts = new long[SLOTS];
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

  /** The text of some bytes, behind which there is a word more. */
  String get(ByteBuffer words, int from, int to) {
    int length = to - from;
    if (length <= 0) {
      return "";
    }
    if (length > LONGEST) {
      return decode.apply(new String(words.array(), from, length, charset));
    }
    long first = Words.head(words.getLong(from), length);
    long last = length <= Words.BYTES ? 0 : words.getLong(to - Words.BYTES);
    long hash = (first * 31 + last + length) * 0x9E3779B97F4A7C15L;
    int slot = (int) ((hash ^ hash << 32) >>> 64 - SLOT_BITS);
    if (isKey(slot, first, last, words, from, length)) {
      return texts[slot];
    }
    int other = slot ^ 1;
    if (isKey(other, first, last, words, from, length)) {
      return texts[other];
    }
    move(slot, other);
    byte[] key = Arrays.copyOfRange(words.array(), from, to);
    firsts[slot] = first;
    lasts[slot] = last;
    keys[slot] = key;
    texts[slot] = decode.apply(new String(key, charset));
    return texts[slot];
  }

  private void move(int from, int to) {
    firsts[to] = firsts[from];
    lasts[to] = lasts[from];
    keys[to] = keys[from];
    texts[to] = texts[from];
  }

  private boolean isKey(int slot, long first, long last, ByteBuffer words, int from, int length) {
    byte[] key = keys[slot];
    if (firsts[slot] != first || lasts[slot] != last || key == null || key.length != length) {
      return false;
    }
    byte[] bytes = words.array();
    for (int i = Words.BYTES; i < length - Words.BYTES; i++) {
      if (key[i] != bytes[from + i]) {
        return false;
      }
    }
    return true;
  }
}
