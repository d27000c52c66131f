package io.tollgate.bridge;

import java.util.HashMap;
import java.util.Map;

/** One thing the engine did, as its journal has it. Holds no secret. */
public final class JournalEntry {
  private final Map<String, String> fields;

  private JournalEntry(Map<String, String> fields) {
    this.fields = fields;
  }

  /**
   * Reads one line of the journal.
   *
   * @param line {@code key=value} with tabs between
   * @return its fields
   */
  public static JournalEntry read(String line) {
    Map<String, String> fields = new HashMap<>();
    for (String field : line.split("\t")) {
      int equals = field.indexOf('=');
      if (equals > 0) {
        fields.put(field.substring(0, equals), unescaped(field.substring(equals + 1)));
      }
    }
    return new JournalEntry(fields);
  }

  /**
   * Tells what happened.
   *
   * @return for example {@code minted}
   */
  public String kind() {
    return text("kind");
  }

  /**
   * Tells when it happened.
   *
   * @return as {@link System#currentTimeMillis}
   */
  public long at() {
    return number("at");
  }

  /**
   * Tells a field.
   *
   * @param key its name
   * @return empty if this entry has no such field
   */
  public String text(String key) {
    return fields.getOrDefault(key, "");
  }

  /**
   * Tells a field that is a number.
   *
   * @param key its name
   * @return 0 if this entry has no such field
   */
  public long number(String key) {
    try {
      return Long.parseLong(text(key));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /**
   * Whether it has a field.
   *
   * @param key its name
   * @return {@code false} if not
   */
  public boolean has(String key) {
    return fields.containsKey(key);
  }

  /**
   * The fields, for those who write them down elsewhere.
   *
   * @return by name; must not be changed
   */
  public Map<String, String> fields() {
    return fields;
  }

  private static String unescaped(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        c = text.charAt(++i);
        out.append(c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c);
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
