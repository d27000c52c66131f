package io.tollgate.run;

import io.tollgate.text.JsonWriter;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** One thing the engine did, as its journal has it. Holds no secret. */
public final class JournalEntry {
  /** The fields that the engine writes as numbers; a profile may be called 7 and is a text. */
  private static final Set<String> NUMBERS =
      new HashSet<>(
          Arrays.asList(
              "number",
              "at",
              "credential",
              "started",
              "elapsed_ns",
              "generation",
              "lifetime",
              "status",
              "count",
              "until",
              "age",
              "late",
              "wait",
              "longest",
              "total",
              "held"));

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
    Map<String, String> fields = new LinkedHashMap<>();
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
   * Writes it down as a JSON object, numbers as numbers.
   *
   * @return one line
   */
  public String json() {
    Map<String, Object> members = new LinkedHashMap<>(fields);
    members.replaceAll((key, text) -> NUMBERS.contains(key) ? (Object) number(key) : text);
    return JsonWriter.write(members);
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
