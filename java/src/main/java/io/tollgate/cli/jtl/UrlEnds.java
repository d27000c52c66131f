package io.tollgate.cli.jtl;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Tells URLs that may be those of a token endpoint from those that end in an id. In a large file
 * the latter are millions, and different each: a text of each would cost more than all the rest.
 */
final class UrlEnds {
  private static final byte[] GRANT = "grant_type=".getBytes(StandardCharsets.US_ASCII);

  private static final long QUERY = Words.all('?');

  private UrlEnds() {}

  /** Whether the last part of the path has a letter that no hexadecimal id has. */
  static boolean mayNameToken(ByteBuffer words, int from, int to) {
    byte[] bytes = words.array();
    int end = pathEnd(words, from, to);
    if (end < to && contains(bytes, end, to)) {
      return true;
    }
    for (int i = end - 1; i >= from && (bytes[i] != '/' || i == end - 1); i--) {
      int c = bytes[i] | 0x20;
      if (c > 'f' && c <= 'z' || bytes[i] < 0) {
        return true;
      }
    }
    return false;
  }

  /** Where the query begins; most URLs have none, which eight bytes at a time show. */
  private static int pathEnd(ByteBuffer words, int from, int to) {
    int at = from;
    while (at < to && !Words.contains(words.getLong(at), QUERY)) {
      at += Words.BYTES;
    }
    while (at < to && words.get(at) != '?') {
      at++;
    }
    return Math.min(at, to);
  }

  private static boolean contains(byte[] bytes, int from, int to) {
    for (int i = from; i + GRANT.length <= to; i++) {
      int same = 0;
      while (same < GRANT.length && bytes[i + same] == GRANT[same]) {
        same++;
      }
      if (same == GRANT.length) {
        return true;
      }
    }
    return false;
  }
}
