package io.tollgate.adopt.xml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An element of an XML text, and where in the text it stands. */
public final class XmlNode {
  final String name;
  final Map<String, String> attributes = new LinkedHashMap<>();
  final List<XmlNode> children = new ArrayList<>();
  final StringBuilder text = new StringBuilder();
  final int start;

  /** Where its content begins and ends; for an empty-element tag both are its end. */
  int contentStart;

  int contentEnd;
  int end;

  XmlNode(String name, int start) {
    this.name = name;
    this.start = start;
  }

  /**
   * The name of its tag.
   *
   * @return as written
   */
  public String name() {
    return name;
  }

  /**
   * The value of an attribute.
   *
   * @param attribute its name
   * @return empty if there is none
   */
  public String attribute(String attribute) {
    return attributes.getOrDefault(attribute, "");
  }

  /**
   * The elements in it.
   *
   * @return in document order
   */
  public List<XmlNode> children() {
    return Collections.unmodifiableList(children);
  }

  /**
   * The text right in it, references decoded.
   *
   * @return empty if there is none
   */
  public String text() {
    return text.toString();
  }

  /**
   * The first child of a name attribute, as JMeter names properties.
   *
   * @param property the value of the attribute {@code name}
   * @return {@code null} if there is none
   */
  public XmlNode property(String property) {
    for (XmlNode child : children) {
      if (child.attribute("name").equals(property)) {
        return child;
      }
    }
    return null;
  }

  /**
   * The text of a property.
   *
   * @param property the value of the attribute {@code name}
   * @return empty if there is no such property
   */
  public String value(String property) {
    XmlNode found = property(property);
    return found == null ? "" : found.text();
  }

  @Override
  public String toString() {
    return "<" + name + "> at " + start;
  }
}
