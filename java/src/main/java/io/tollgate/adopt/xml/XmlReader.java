package io.tollgate.adopt.xml;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Reads XML into {@link XmlNode}s with exact positions, which the JDK's parsers do not give.
 *
 * <p>Takes what JMeter takes: references to control characters too, which XML 1.0 forbids and
 * JMeter writes. A document type is refused: a plan needs none, and entities could name files.
 */
public final class XmlReader {
  private final String xml;
  private final Deque<XmlNode> open = new ArrayDeque<>();
  private XmlNode root;
  private int at;

  private XmlReader(String xml) {
    this.xml = xml;
  }

  /**
   * Reads a whole document.
   *
   * @param xml the text
   * @return its root
   * @throws NotAPlan if it is not well-formed
   */
  public static XmlNode read(String xml) throws NotAPlan {
    return new XmlReader(xml).document();
  }

  private XmlNode document() throws NotAPlan {
    while (at < xml.length()) {
      if (xml.charAt(at) != '<') {
        text();
      } else if (xml.startsWith("<!--", at)) {
        at = after("-->", at + 4);
      } else if (xml.startsWith("<![CDATA[", at)) {
        int end = after("]]>", at);
        inside().text.append(xml, at + 9, end - 3);
        at = end;
      } else if (xml.startsWith("<?", at)) {
        at = after("?>", at);
      } else if (xml.startsWith("<!", at)) {
        throw broken("it has a document type");
      } else if (xml.startsWith("</", at)) {
        endTag();
      } else {
        startTag();
      }
    }
    if (!open.isEmpty()) {
      throw broken("<" + open.peek().name + "> has no end");
    }
    if (root == null) {
      throw broken("there is no element in it");
    }
    return root;
  }

  private void text() throws NotAPlan {
    int end = xml.indexOf('<', at);
    end = end < 0 ? xml.length() : end;
    String raw = xml.substring(at, end);
    if (!open.isEmpty()) {
      open.peek().text.append(decoded(raw));
    } else if (!raw.replace("\uFEFF", "").trim().isEmpty()) {
      throw broken("there is text outside of all elements");
    }
    at = end;
  }

  private void endTag() throws NotAPlan {
    int end = after(">", at);
    String name = xml.substring(at + 2, end - 1).trim();
    XmlNode node = inside();
    if (!node.name.equals(name)) {
      throw broken("<" + node.name + "> ends with </" + name + ">");
    }
    open.pop();
    node.contentEnd = at;
    node.end = end;
    at = end;
  }

  private void startTag() throws NotAPlan {
    int start = at++;
    XmlNode node = new XmlNode(name(), start);
    for (space(); peek() != '>' && peek() != '/'; space()) {
      attribute(node);
    }
    boolean isEmpty = peek() == '/';
    at += isEmpty ? 1 : 0;
    if (peek() != '>') {
      throw broken("<" + node.name + "> has no end");
    }
    at++;
    node.contentStart = at;
    if (open.isEmpty()) {
      if (root != null) {
        throw broken("there is more than one root");
      }
      root = node;
    } else {
      open.peek().children.add(node);
    }
    if (isEmpty) {
      node.contentEnd = at;
      node.end = at;
    } else {
      open.push(node);
    }
  }

  private void attribute(XmlNode node) throws NotAPlan {
    String name = name();
    space();
    if (peek() != '=') {
      throw broken("the attribute " + name + " has no value");
    }
    at++;
    space();
    char quote = peek();
    if (quote != '"' && quote != '\'') {
      throw broken("the value of " + name + " has no quotes");
    }
    int end = after(String.valueOf(quote), at + 1);
    node.attributes.put(name, decoded(xml.substring(at + 1, end - 1)));
    at = end;
  }

  private String name() throws NotAPlan {
    int start = at;
    while (" \t\r\n/>=<\"'".indexOf(peek()) < 0) {
      at++;
    }
    if (at == start) {
      throw broken("a name is missing");
    }
    return xml.substring(start, at);
  }

  private void space() throws NotAPlan {
    while (Character.isWhitespace(peek())) {
      at++;
    }
  }

  private char peek() throws NotAPlan {
    if (at >= xml.length()) {
      throw broken("it ends too early");
    }
    return xml.charAt(at);
  }

  private XmlNode inside() throws NotAPlan {
    if (open.isEmpty()) {
      throw broken("there is text outside of all elements");
    }
    return open.peek();
  }

  private int after(String mark, int from) throws NotAPlan {
    int found = xml.indexOf(mark, from);
    if (found < 0) {
      throw broken("'" + mark + "' is missing");
    }
    return found + mark.length();
  }

  private String decoded(String raw) throws NotAPlan {
    if (raw.indexOf('&') < 0) {
      return raw;
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < raw.length(); i++) {
      if (raw.charAt(i) != '&') {
        out.append(raw.charAt(i));
        continue;
      }
      int end = raw.indexOf(';', i);
      if (end < 0) {
        throw broken("'&' without ';'");
      }
      out.appendCodePoint(character(raw.substring(i + 1, end)));
      i = end;
    }
    return out.toString();
  }

  private int character(String reference) throws NotAPlan {
    switch (reference) {
      case "lt":
        return '<';
      case "gt":
        return '>';
      case "amp":
        return '&';
      case "quot":
        return '"';
      case "apos":
        return '\'';
      default:
        try {
          int code =
              reference.startsWith("#x")
                  ? Integer.parseInt(reference.substring(2), 16)
                  : Integer.parseInt(reference.substring(1));
          if (reference.startsWith("#") && Character.isValidCodePoint(code)) {
            return code;
          }
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
          // Reported below, with the references that are out of bounds.
        }
        throw broken("nobody knows &" + reference + ";");
    }
  }

  private NotAPlan broken(String why) {
    long line = xml.substring(0, Math.min(at, xml.length())).chars().filter(c -> c == '\n').count();
    return new NotAPlan("line " + (line + 1) + ": " + why);
  }
}
