package io.tollgate.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON (RFC 8259): what the engine says of a profile, and the claims of a JWT, which come
 * from outside. Objects are {@code Map}s, arrays {@code List}s, numbers {@code Double}s.
 */
public final class JsonReader {
  /** Deeper than any status or claim; a deeper text is not worth a stack overflow. */
  private static final int DEEPEST = 64;

  private final String text;
  private int at;
  private int depth;

  private JsonReader(String text) {
    this.text = text;
  }

  /**
   * Reads a whole text.
   *
   * @param text one value
   * @return a map, a list, a string, a {@code Double}, a {@code Boolean} or {@code null}
   * @throws IllegalArgumentException if it is not JSON
   */
  public static Object parse(String text) {
    JsonReader json = new JsonReader(text);
    Object value = json.value();
    json.space();
    if (json.at != text.length()) {
      throw json.broken();
    }
    return value;
  }

  /**
   * Takes a value for an object.
   *
   * @param value as {@link #parse} returned it
   * @return its members, none if it is no object
   */
  @SuppressWarnings("unchecked")
  public static Map<String, Object> object(Object value) {
    return value instanceof Map ? (Map<String, Object>) value : new LinkedHashMap<>();
  }

  private Object value() {
    space();
    switch (peek()) {
      case '{':
        return members();
      case '[':
        return elements();
      case '"':
        return string();
      case 't':
        return word("true", Boolean.TRUE);
      case 'f':
        return word("false", Boolean.FALSE);
      case 'n':
        return word("null", null);
      default:
        return number();
    }
  }

  private Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    enter();
    while (!closes('}', members.isEmpty())) {
      space();
      String name = string();
      space();
      expect(':');
      members.put(name, value());
    }
    return members;
  }

  private List<Object> elements() {
    List<Object> elements = new ArrayList<>();
    enter();
    while (!closes(']', elements.isEmpty())) {
      elements.add(value());
    }
    return elements;
  }

  private void enter() {
    at++;
    if (++depth > DEEPEST) {
      throw broken();
    }
  }

  private boolean closes(char end, boolean first) {
    space();
    if (peek() == end) {
      at++;
      depth--;
      return true;
    }
    if (!first) {
      expect(',');
    }
    return false;
  }

  private String string() {
    expect('"');
    StringBuilder out = new StringBuilder();
    for (char c = next(); c != '"'; c = next()) {
      out.append(c == '\\' ? escaped() : c);
    }
    return out.toString();
  }

  private char escaped() {
    char c = next();
    switch (c) {
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'u':
        int code = 0;
        for (int i = 0; i < 4; i++) {
          int digit = Character.digit(next(), 16);
          if (digit < 0) {
            throw broken();
          }
          code = code * 16 + digit;
        }
        return (char) code;
      default:
        return c;
    }
  }

  private Double number() {
    int from = at;
    while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    try {
      return Double.valueOf(text.substring(from, at));
    } catch (NumberFormatException e) {
      throw broken();
    }
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) {
      throw broken();
    }
    at += word.length();
    return value;
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw broken();
    }
    return text.charAt(at);
  }

  private char next() {
    char c = peek();
    at++;
    return c;
  }

  private void expect(char c) {
    if (next() != c) {
      throw broken();
    }
  }

  private IllegalArgumentException broken() {
    return new IllegalArgumentException("not JSON at character " + at);
  }
}
