package io.tollgate.text;

/** Text that becomes part of a page: whatever a server said, it stays text. */
public final class Html {
  private Html() {}

  /**
   * Escapes what could begin or end an element or an attribute, in HTML and in SVG.
   *
   * @param text from wherever
   * @return to stand in a page
   */
  public static String text(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&':
          out.append("&amp;");
          break;
        case '<':
          out.append("&lt;");
          break;
        case '>':
          out.append("&gt;");
          break;
        case '"':
          out.append("&quot;");
          break;
        case '\'':
          out.append("&#39;");
          break;
        default:
          // Control characters are not allowed in a page, and say nothing.
          out.append(c < 0x20 && c != '\n' && c != '\t' ? ' ' : c);
          break;
      }
    }
    return out.toString();
  }
}
