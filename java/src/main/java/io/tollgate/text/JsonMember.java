package io.tollgate.text;

/** Reads the little JSON that this side is told: texts among the members of a status. */
public final class JsonMember {
  private JsonMember() {}

  /**
   * Finds a text among the members of an object as the engine writes it.
   *
   * @return {@code null} if there is no such member, or it is no text
   */
  public static String text(String object, String name) {
    int depth = 0;
    for (int i = 0; i < object.length(); i++) {
      char c = object.charAt(i);
      if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
      } else if (c == '"') {
        int end = endOfText(object, i);
        boolean isName = depth == 1 && end + 2 < object.length() && object.charAt(end + 1) == ':';
        if (isName && unquoted(object, i, end).equals(name)) {
          return object.charAt(end + 2) == '"'
              ? unquoted(object, end + 2, endOfText(object, end + 2))
              : null;
        }
        i = end;
      }
    }
    return null;
  }

  private static int endOfText(String json, int start) {
    int i = start + 1;
    while (i < json.length() && json.charAt(i) != '"') {
      i += json.charAt(i) == '\\' ? 2 : 1;
    }
    return Math.min(i, json.length());
  }

  private static String unquoted(String json, int start, int end) {
    StringBuilder text = new StringBuilder();
    for (int i = start + 1; i < end; i++) {
      char c = json.charAt(i);
      if (c != '\\' || i + 1 >= end) {
        text.append(c);
      } else if (json.charAt(i + 1) == 'u' && i + 5 < end) {
        text.append((char) Integer.parseInt(json.substring(i + 2, i + 6), 16));
        i += 5;
      } else {
        text.append(json.charAt(++i));
      }
    }
    return text.toString();
  }
}
