package io.tollgate.text;

/** Writes the little JSON this side needs; everything else comes finished from the engine. */
public final class Json {
  private Json() {}

  /** An object of string members, given as names and values in turn. */
  public static String object(String... members) {
    StringBuilder out = new StringBuilder("{");
    for (int i = 0; i < members.length; i += 2) {
      if (i > 0) {
        out.append(',');
      }
      quote(out, members[i]);
      out.append(':');
      quote(out, members[i + 1]);
    }
    return out.append('}').toString();
  }

  /**
   * Writes a string with quotes, everything outside printable ASCII escaped.
   *
   * @param out where to
   * @param text as it is
   */
  public static void quote(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20 || c > 0x7e) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
