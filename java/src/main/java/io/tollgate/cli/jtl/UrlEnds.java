package io.tollgate.cli.jtl;

import java.nio.charset.StandardCharsets;

/**
 * Tells URLs that may be those of a token endpoint from those that end in an id. In a large file
 * the latter are millions, and different each: a text of each would cost more than all the rest.
 */
final class UrlEnds {
  private static final byte[] GRANT = "grant_type=".getBytes(StandardCharsets.US_ASCII);

  private UrlEnds() {}

  /** Whether the last part of the path has a letter that no hexadecimal id has. */
  static boolean mayNameToken(byte[] bytes, int from, int to) {
    int end = from;
    while (end < to && bytes[end] != '?' && bytes[end] != '#') {
      end++;
    }
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
