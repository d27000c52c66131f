package io.tollgate.cli.jtl;

import java.util.HashMap;
import java.util.Map;

/** Resolves the references of XML text. Knows the five entities of XML and no definitions. */
final class XmlText {
  private static final Map<String, String> ENTITIES = new HashMap<>();

  static {
    ENTITIES.put("lt", "<");
    ENTITIES.put("gt", ">");
    ENTITIES.put("amp", "&");
    ENTITIES.put("quot", "\"");
    ENTITIES.put("apos", "'");
  }

  private XmlText() {}

  /** The text with its references resolved; unknown ones stay as they are. */
  static String decode(String text) {
    int at = text.indexOf('&');
    if (at < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    int done = 0;
    while (at >= 0) {
      int end = text.indexOf(';', at);
      String resolved = end < 0 ? null : resolve(text.substring(at + 1, end));
      if (resolved != null) {
        out.append(text, done, at).append(resolved);
        done = end + 1;
      }
      at = text.indexOf('&', at + 1);
    }
    return out.append(text, done, text.length()).toString();
  }

  private static String resolve(String name) {
    if (!name.startsWith("#")) {
      return ENTITIES.get(name);
    }
    try {
      int code =
          name.startsWith("#x")
              ? Integer.parseInt(name.substring(2), 16)
              : Integer.parseInt(name.substring(1));
      // JMeter writes characters that XML 1.0 forbids; none of them is of use in a text.
      return code < ' ' && code != '\n' && code != '\t'
          ? " "
          : Character.isValidCodePoint(code) ? new String(Character.toChars(code)) : null;
    } catch (NumberFormatException e) {
      return null; // no reference: the text stays as it is
    }
  }
}
