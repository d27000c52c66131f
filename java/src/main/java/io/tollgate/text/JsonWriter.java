package io.tollgate.text;

import java.util.Map;

/** Writes JSON: texts, numbers, truths, {@code null}, and maps of them. */
public final class JsonWriter {
  private JsonWriter() {}

  public static void write(StringBuilder out, Object value) {
    if (value instanceof Map) {
      out.append('{');
      String separator = "";
      for (Map.Entry<?, ?> member : ((Map<?, ?>) value).entrySet()) {
        out.append(separator);
        quote(out, member.getKey().toString());
        out.append(':');
        write(out, member.getValue());
        separator = ",";
      }
      out.append('}');
    } else if (value == null || value instanceof Boolean || value instanceof Number) {
      out.append(value);
    } else {
      quote(out, value.toString());
    }
  }

  private static void quote(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
