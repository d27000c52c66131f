package io.tollgate.profile;

/**
 * Whether the headers of an API answer may say that nothing remains of a quota. Runs for every
 * sample of a healthy run, so it makes no objects and reads no further than the names of lines that
 * are about nothing of the kind. It may say yes too often; the engine reads the headers in earnest.
 */
final class RateHeaders {
  private static final String STRUCTURED = "ratelimit:";
  private static final String[] REMAINING = {
    "ratelimit-remaining:", "x-ratelimit-remaining:", "x-rate-limit-remaining:"
  };
  private static final String COUNT = "inin-ratelimit-count:";
  private static final String ALLOWED = "inin-ratelimit-allowed:";

  private RateHeaders() {}

  /**
   * Looks through header lines.
   *
   * @param lines as JMeter records them, may be {@code null}
   * @return {@code false} for nearly every answer
   */
  static boolean maySayNothingRemains(String lines) {
    if (lines == null) {
      return false;
    }
    long count = -1;
    long allowed = -1;
    for (int at = 0; at < lines.length(); ) {
      int end = lines.indexOf('\n', at);
      end = end < 0 ? lines.length() : end;
      switch (lines.charAt(at) | ' ') {
        case 'r':
        case 'x':
          if (isSpent(lines, at, end)) {
            return true;
          }
          break;
        case 'i':
          count = startsWith(lines, at, COUNT) ? number(lines, at + COUNT.length(), end) : count;
          allowed =
              startsWith(lines, at, ALLOWED) ? number(lines, at + ALLOWED.length(), end) : allowed;
          break;
        default:
          break;
      }
      at = end + 1;
    }
    return allowed >= 0 && count >= allowed;
  }

  private static boolean isSpent(String lines, int at, int end) {
    if (startsWith(lines, at, STRUCTURED)) {
      return has(lines, at, end, "r=0") || has(lines, at, end, "remaining=0");
    }
    for (String name : REMAINING) {
      if (startsWith(lines, at, name)) {
        return number(lines, at + name.length(), end) == 0;
      }
    }
    return false;
  }

  private static boolean startsWith(String lines, int at, String name) {
    return lines.regionMatches(true, at, name, 0, name.length());
  }

  private static boolean has(String lines, int at, int end, String part) {
    int found = lines.indexOf(part, at);
    return found >= 0 && found < end;
  }

  /** The digits between spaces, -1 if there is anything else or more than a quota can be. */
  private static long number(String lines, int from, int to) {
    int at = from;
    int end = to;
    while (at < end && lines.charAt(at) <= ' ') {
      at++;
    }
    while (end > at && lines.charAt(end - 1) <= ' ') {
      end--;
    }
    if (at == end || end - at > 15) {
      return -1;
    }
    long number = 0;
    for (; at < end; at++) {
      int digit = lines.charAt(at) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
