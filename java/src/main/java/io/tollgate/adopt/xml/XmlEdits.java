package io.tollgate.adopt.xml;

import java.nio.charset.CharsetEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Changes of an XML text, collected and made at once. Whole lines go and come: an element that is
 * removed takes its line with it, one that is added stands on a line of its own, indented like its
 * neighbours.
 */
public final class XmlEdits {
  private static final class Edit {
    private final int end;
    private final String text;

    Edit(int end, String text) {
      this.end = end;
      this.text = text;
    }
  }

  private final String xml;
  private final String lineEnd;
  private final CharsetEncoder encoder;

  /** By where they begin. An edit inside of one that removes more is dropped. */
  private final Map<Integer, Edit> replaced = new TreeMap<>();

  private final Map<Integer, StringBuilder> inserted = new TreeMap<>();

  /** What empty-element tags get as content. */
  private final Map<XmlNode, StringBuilder> filled = new LinkedHashMap<>();

  /**
   * Begins without a change.
   *
   * @param file whose text is changed
   */
  public XmlEdits(XmlFile file) {
    this.xml = file.text();
    this.lineEnd = xml.contains("\r\n") ? "\r\n" : "\n";
    this.encoder = file.charset().newEncoder();
  }

  /**
   * Removes an element with the line it stands on.
   *
   * @param node the element
   */
  public void remove(XmlNode node) {
    int start = node.start;
    while (start > 0 && (xml.charAt(start - 1) == ' ' || xml.charAt(start - 1) == '\t')) {
      start--;
    }
    boolean startsLine = start == 0 || xml.charAt(start - 1) == '\n';
    int end = node.end;
    if (startsLine && xml.startsWith(lineEnd, end)) {
      end += lineEnd.length();
    } else {
      start = node.start;
    }
    put(start, new Edit(end, ""));
  }

  /**
   * Replaces the text of an element.
   *
   * @param node an element without others in it
   * @param text not yet escaped
   */
  public void setText(XmlNode node, String text) {
    put(node.contentStart, new Edit(node.contentEnd, escaped(text)));
  }

  /**
   * Adds lines before an element.
   *
   * @param node the element
   * @param lines XML, indented as for a first column
   */
  public void insertBefore(XmlNode node, Iterable<String> lines) {
    String indent = indentOf(node);
    int at = node.start - indent.length();
    inserted.computeIfAbsent(at, k -> new StringBuilder()).append(joined(indent, lines));
  }

  /**
   * Adds lines as the last content of an element.
   *
   * @param node the element; may be an empty-element tag
   * @param lines XML, indented as for a first column
   */
  public void append(XmlNode node, Iterable<String> lines) {
    String indent = indentOf(node);
    String content = joined(indent + "  ", lines);
    if (xml.charAt(node.end - 2) == '/') {
      filled.computeIfAbsent(node, k -> new StringBuilder()).append(content);
      return;
    }
    int at = node.contentEnd;
    int line = xml.lastIndexOf('\n', at - 1) + 1;
    boolean endTagStartsLine = xml.substring(line, at).trim().isEmpty() && line > node.start;
    if (endTagStartsLine) {
      inserted.computeIfAbsent(line, k -> new StringBuilder()).append(content);
    } else {
      inserted
          .computeIfAbsent(at, k -> new StringBuilder())
          .append(lineEnd)
          .append(content)
          .append(indent);
    }
  }

  /**
   * A text as XML has it.
   *
   * @param text any text
   * @return with references for what XML or the file's encoding can't have as it is
   */
  public String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            code -> {
              String own = new String(Character.toChars(code));
              switch (code) {
                case '<':
                  out.append("&lt;");
                  break;
                case '>':
                  out.append("&gt;");
                  break;
                case '&':
                  out.append("&amp;");
                  break;
                case '"':
                  out.append("&quot;");
                  break;
                default:
                  boolean isControl = code < ' ' && code != '\n' && code != '\t';
                  out.append(
                      isControl || !encoder.canEncode(own)
                          ? "&#x" + Integer.toHexString(code) + ";"
                          : own);
              }
            });
    return out.toString();
  }

  /**
   * Makes the changes.
   *
   * @return the new text
   */
  public String apply() {
    filled.forEach(
        (node, content) -> {
          String tag = xml.substring(node.start, node.end - 2).trim();
          String end = indentOf(node) + "</" + node.name + ">";
          put(node.start, new Edit(node.end, tag + ">" + lineEnd + content + end));
        });
    StringBuilder out = new StringBuilder(xml.length());
    int at = 0;
    TreeMap<Integer, StringBuilder> insertions = new TreeMap<>(inserted);
    for (Map.Entry<Integer, Edit> entry : replaced.entrySet()) {
      int start = entry.getKey();
      if (start < at) {
        continue; // inside of what is gone
      }
      at = copy(out, at, start, insertions);
      Edit edit = entry.getValue();
      out.append(edit.text);
      at = edit.end;
    }
    copy(out, at, xml.length(), insertions);
    return out.toString();
  }

  /** Copies the text up to a position, with what is inserted up to there. */
  private int copy(
      StringBuilder out, int from, int to, TreeMap<Integer, StringBuilder> insertions) {
    int at = from;
    for (Map.Entry<Integer, StringBuilder> entry :
        insertions.subMap(from, true, to, true).entrySet()) {
      out.append(xml, at, entry.getKey()).append(entry.getValue());
      at = entry.getKey();
    }
    insertions.headMap(to, true).clear();
    out.append(xml, at, to);
    return to;
  }

  private void put(int start, Edit edit) {
    Edit other = replaced.get(start);
    if (other == null || other.end < edit.end) {
      replaced.put(start, edit);
    }
  }

  private String indentOf(XmlNode node) {
    int line = xml.lastIndexOf('\n', node.start) + 1;
    String before = xml.substring(line, node.start);
    return before.trim().isEmpty() ? before : "";
  }

  private String joined(String indent, Iterable<String> lines) {
    StringBuilder out = new StringBuilder();
    for (String line : lines) {
      out.append(indent).append(line).append(lineEnd);
    }
    return out.toString();
  }
}
