package io.tollgate.text;

import java.util.Map;

/** Writes JSON: strings, numbers, booleans, {@code null}, and maps and lists of them. */
public final class JsonWriter {
  private JsonWriter() {}

  /**
   * Writes a value.
   *
   * @param value a map becomes an object, a list an array, what is no number or boolean a string
   * @return one line of printable ASCII
   */
  public static String write(Object value) {
    StringBuilder out = new StringBuilder();
    append(out, value);
    return out.toString();
  }

  private static void append(StringBuilder out, Object value) {
    if (value instanceof Map) {
      String separator = "{";
      for (Map.Entry<?, ?> member : ((Map<?, ?>) value).entrySet()) {
        out.append(separator);
        quote(out, member.getKey().toString());
        out.append(':');
        append(out, member.getValue());
        separator = ",";
      }
      out.append(separator.equals("{") ? "{}" : "}");
    } else if (value instanceof Iterable) {
      String separator = "[";
      for (Object element : (Iterable<?>) value) {
        out.append(separator);
        append(out, element);
        separator = ",";
      }
      out.append(separator.equals("[") ? "[]" : "]");
    } else if (value == null || value instanceof Boolean || value instanceof Number) {
      out.append(value);
    } else {
      quote(out, value.toString());
    }
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
