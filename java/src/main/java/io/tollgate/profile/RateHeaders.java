package io.tollgate.profile;

/**
 * Whether the headers of an API answer may report a quota, and whether they may report that nothing
 * of it remains. Runs for every sample, so it makes no objects and reads few values. It may say yes
 * too often: the engine parses the headers.
 */
final class RateHeaders {
  private static final String STRUCTURED = "ratelimit:";
  private static final String REMAINING = "remaining";

  /** In the names of all rate headers, with a hyphen within or without. */
  private static final String LIMIT = "limit";

  private static final String COUNT = "inin-ratelimit-count:";
  private static final String ALLOWED = "inin-ratelimit-allowed:";

  private RateHeaders() {}

  /**
   * Looks through header lines for a quota of which nothing remains.
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
      int end = endOfLine(lines, at);
      if (isSpent(lines, at, end)) {
        return true;
      }
      if ((lines.charAt(at) | ' ') == 'i') {
        count = startsWith(lines, at, COUNT) ? number(lines, at + COUNT.length(), end) : count;
        allowed =
            startsWith(lines, at, ALLOWED) ? number(lines, at + ALLOWED.length(), end) : allowed;
      }
      at = end + 1;
    }
    return allowed >= 0 && count >= allowed;
  }

  /**
   * Looks through header lines for a quota.
   *
   * @param lines as JMeter records them, may be {@code null}
   * @return {@code false} where none is reported
   */
  static boolean mayReportAQuota(String lines) {
    if (lines == null) {
      return false;
    }
    for (int at = 0; at < lines.length(); ) {
      int end = endOfLine(lines, at);
      if (nameHas(lines, at, end, LIMIT)) {
        return true;
      }
      at = end + 1;
    }
    return false;
  }

  private static int endOfLine(String lines, int at) {
    int end = lines.indexOf('\n', at);
    return end < 0 ? lines.length() : end;
  }

  private static boolean isSpent(String lines, int at, int end) {
    if (startsWith(lines, at, STRUCTURED)) {
      return has(lines, at, end, "r=0") || has(lines, at, end, "remaining=0");
    }
    int colon = lines.indexOf(':', at);
    // Few values are zero, so the name is looked at last.
    return colon >= 0
        && colon < end
        && hasZero(lines, colon + 1, end)
        && nameHas(lines, at, colon, REMAINING)
        && nameHas(lines, at, colon, LIMIT);
  }

  /** Whether a member of a list is less than one. */
  private static boolean hasZero(String lines, int from, int to) {
    boolean starts = true;
    for (int at = from; at < to; at++) {
      char c = lines.charAt(at);
      if (starts && c == '0' && isLessThanOne(lines, at, to)) {
        return true;
      }
      starts = c == ',' || (starts && c <= ' ');
    }
    return false;
  }

  private static boolean isLessThanOne(String lines, int from, int to) {
    int at = from;
    while (at < to && lines.charAt(at) == '0') {
      at++;
    }
    return at == to
        || lines.charAt(at) <= ' '
        || lines.charAt(at) == ','
        || lines.charAt(at) == '.';
  }

  private static boolean nameHas(String lines, int at, int end, String part) {
    for (int i = at; i + part.length() <= end && lines.charAt(i) != ':'; i++) {
      if (lines.regionMatches(true, i, part, 0, part.length())) {
        return true;
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
