package io.tollgate.cli.jtl;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The tags of an XML stream, one after the other. Reads on where XML is not well-formed: result
 * files hold characters that XML 1.0 forbids (JMeter writes them), several documents one after the
 * other, and places where a run was cut off and another appended. No entity is defined, no other
 * file is read.
 */
final class XmlTags {
  /** What comes next. */
  enum Event {
    /** A start tag. */
    START,
    /** An end tag. */
    END,
    /** A tag that is none: its line is {@link #line}. */
    DAMAGED,
    /** The end of the stream. */
    END_OF_FILE
  }

  /** Longer texts and attributes are cut. */
  private static final int LONGEST = 1 << 16;

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int limit;
  private long line = 1;
  private byte[] token = new byte[256];
  private ByteBuffer words = Words.of(token);
  private int length;
  private TextCache texts = new TextCache(StandardCharsets.UTF_8, XmlText::decode);

  private String name = "";
  private final Map<String, String> attributes = new LinkedHashMap<>();
  private boolean empty;
  private int pushedBack = -1;
  private boolean cut;

  XmlTags(InputStream in) {
    this.in = in;
  }

  /** The name of the tag. */
  String name() {
    return name;
  }

  /** The attributes of a start tag. */
  Map<String, String> attributes() {
    return attributes;
  }

  /** Whether a start tag is its own end. */
  boolean isEmpty() {
    return empty;
  }

  long line() {
    return line;
  }

  /** Whether the stream ended inside of a tag. */
  boolean isCut() {
    return cut;
  }

  /** Whether the text behind the last start tag holds some bytes. */
  boolean textContains(byte[] bytes) {
    for (int i = 0; i + bytes.length <= length; i++) {
      int same = 0;
      while (same < bytes.length && token[i + same] == bytes[same]) {
        same++;
      }
      if (same == bytes.length) {
        return true;
      }
    }
    return false;
  }

  /** The text behind the last tag, once {@link #next} was called with {@code keep}. */
  String text() {
    return texts.get(words, 0, length);
  }

  /**
   * Goes on to the next tag.
   *
   * @param keep whether the text before it is of interest
   */
  Event next(boolean keep) throws IOException {
    while (true) {
      length = 0;
      int c = read();
      while (c >= 0 && c != '<') {
        if (keep) {
          append(c);
        }
        c = read();
      }
      if (c < 0) {
        return Event.END_OF_FILE;
      }
      c = read();
      if (c == '!') {
        declaration();
      } else if (c == '?') {
        instruction();
      } else {
        Event event = c == '/' ? endTag() : startTag(c);
        cut |= event == Event.END_OF_FILE;
        return event;
      }
    }
  }

  private Event endTag() throws IOException {
    int textLength = length;
    int c = read();
    StringBuilder tag = new StringBuilder();
    while (isName(c)) {
      tag.append((char) c);
      c = read();
    }
    name = tag.toString();
    length = textLength;
    return c == '>' ? Event.END : damaged(c);
  }

  private Event startTag(int first) throws IOException {
    attributes.clear();
    length = 0;
    int c = first;
    while (isName(c)) {
      append(c);
      c = read();
    }
    name = text();
    while (true) {
      c = skipSpace(c);
      if (c == '>' || c == '/') {
        empty = c == '/';
        return !name.isEmpty() && (c == '>' || read() == '>') ? Event.START : Event.DAMAGED;
      }
      length = 0;
      while (isName(c)) {
        append(c);
        c = read();
      }
      String attribute = text();
      c = skipSpace(c);
      if (attribute.isEmpty() || c != '=') {
        return damaged(c);
      }
      int quote = skipSpace(read());
      if (quote != '"' && quote != '\'') {
        return damaged(quote);
      }
      length = 0;
      for (c = read(); c != quote; c = read()) {
        if (c < 0 || c == '<') {
          return damaged(c);
        }
        append(c);
      }
      attributes.put(attribute, text());
      c = read();
    }
  }

  private Event damaged(int c) {
    if (c < 0) {
      return Event.END_OF_FILE;
    }
    if (c == '<') {
      pushedBack = c; // another tag begins here
    }
    return Event.DAMAGED;
  }

  private int skipSpace(int from) throws IOException {
    int c = from;
    while (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      c = read();
    }
    return c;
  }

  /** Skips a comment, CDATA or a document type. */
  private void declaration() throws IOException {
    int c = read();
    if (c == '-') {
      skipTo("-->");
    } else if (c == '[') {
      skipTo("]]>");
    } else {
      int depth = 0;
      while (c >= 0 && (c != '>' || depth > 0)) {
        depth += c == '[' ? 1 : c == ']' ? -1 : 0;
        c = read();
      }
    }
  }

  /** The declaration of a document says how its texts are encoded. */
  private void instruction() throws IOException {
    StringBuilder text = new StringBuilder();
    int c = read();
    while (c >= 0 && c != '>') {
      if (text.length() < 256) {
        text.append((char) c);
      }
      c = read();
    }
    int encoding = text.indexOf("encoding=");
    if (encoding >= 0 && text.length() > encoding + 10) {
      String quoted = text.substring(encoding + 9);
      int end = quoted.indexOf(quoted.charAt(0), 1);
      String charset = end < 0 ? "" : quoted.substring(1, end);
      // UTF-16 was decoded before it came here.
      if (isSupported(charset) && !charset.toUpperCase(Locale.ROOT).startsWith("UTF")) {
        texts = new TextCache(Charset.forName(charset), XmlText::decode);
      }
    }
  }

  private static boolean isSupported(String charset) {
    try {
      return !charset.isEmpty() && Charset.isSupported(charset);
    } catch (IllegalArgumentException e) {
      return false; // no name of a charset
    }
  }

  private void skipTo(String end) throws IOException {
    int matched = 0;
    while (matched < end.length()) {
      int c = read();
      if (c < 0) {
        return;
      }
      if (c == end.charAt(matched)) {
        matched++;
      } else if (matched < end.length() - 1 || c != end.charAt(0)) {
        matched = c == end.charAt(0) ? 1 : 0;
      }
    }
  }

  private static boolean isName(int c) {
    return c > ' ' && c != '=' && c != '>' && c != '/' && c != '<' && c != '"' && c != '\'';
  }

  private void append(int c) {
    if (length < LONGEST) {
      if (length + Words.BYTES == token.length) {
        token = Arrays.copyOf(token, 2 * token.length);
        words = Words.of(token);
      }
      token[length++] = (byte) c;
    }
  }

  private int read() throws IOException {
    if (pushedBack >= 0) {
      int c = pushedBack;
      pushedBack = -1;
      return c;
    }
    if (at == limit) {
      limit = in.read(buffer);
      at = 0;
      if (limit <= 0) {
        limit = 0;
        return -1;
      }
    }
    int c = buffer[at++] & 0xFF;
    if (c == '\n') {
      line++;
    }
    return c;
  }
}
