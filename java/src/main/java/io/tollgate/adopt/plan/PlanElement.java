package io.tollgate.adopt.plan;

import io.tollgate.adopt.xml.XmlNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** An element of a plan: its own XML, and the {@code hashTree} behind it with what is below. */
public final class PlanElement {
  private final XmlNode node;
  private final XmlNode tree;
  private final PlanElement parent;
  private final boolean enabled;
  private final ElementKind kind;
  final List<PlanElement> children = new ArrayList<>();

  /** Found once, because they are asked for often: see {@link VariableAccess}. */
  Set<Variable> written;

  Set<Variable> read;

  PlanElement(XmlNode node, XmlNode tree, PlanElement parent) {
    this.node = node;
    this.tree = tree;
    this.parent = parent;
    this.enabled = !node.attribute("enabled").equals("false") && (parent == null || parent.enabled);
    this.kind = ElementKind.of(this);
  }

  /**
   * The XML of the element itself.
   *
   * @return never null
   */
  public XmlNode node() {
    return node;
  }

  /**
   * The XML of what is below it.
   *
   * @return never null
   */
  public XmlNode tree() {
    return tree;
  }

  /**
   * The element that it stands below.
   *
   * @return null for the Test Plan
   */
  public PlanElement parent() {
    return parent;
  }

  /**
   * What stands below it.
   *
   * @return in document order
   */
  public List<PlanElement> children() {
    return Collections.unmodifiableList(children);
  }

  /**
   * Whether JMeter runs it: neither it nor anything above is disabled.
   *
   * @return as in the file
   */
  public boolean isEnabled() {
    return enabled;
  }

  /**
   * The class without its package, by which elements are told apart.
   *
   * @return for example {@code HTTPSamplerProxy}
   */
  public String type() {
    String type = fullType();
    return type.substring(type.lastIndexOf('.') + 1);
  }

  /**
   * The class as the file names it.
   *
   * @return with its package if the file has one
   */
  public String fullType() {
    String type = node.attribute("testclass");
    return type.isEmpty() ? node.name() : type;
  }

  /**
   * The name that users gave it.
   *
   * @return its type if it has none
   */
  public String name() {
    String name = node.attribute("testname").trim();
    return name.isEmpty() ? type() : name;
  }

  /**
   * Where it stands, in names from the Test Plan down.
   *
   * @return as reports show it
   */
  public String path() {
    return parent == null ? name() : parent.path() + " > " + name();
  }

  /**
   * What kind of part it is.
   *
   * @return unknown for classes of plugins that the name does not tell
   */
  public ElementKind kind() {
    return kind;
  }

  /**
   * The text of one of its own properties.
   *
   * @param property the name
   * @return empty if there is none
   */
  public String value(String property) {
    return node.value(property);
  }

  /**
   * Whether it stands below another, or is it.
   *
   * @param other the one above
   * @return true for itself
   */
  public boolean isIn(PlanElement other) {
    for (PlanElement each = this; each != null; each = each.parent) {
      if (each == other) {
        return true;
      }
    }
    return false;
  }

  /**
   * Visits it and all below, in document order.
   *
   * @param visitor called for each
   */
  public void walk(Consumer<PlanElement> visitor) {
    visitor.accept(this);
    for (PlanElement child : children) {
      child.walk(visitor);
    }
  }

  /**
   * The nodes of its own XML that are texts, nested ones too.
   *
   * @return in document order
   */
  public List<XmlNode> texts() {
    List<XmlNode> texts = new ArrayList<>();
    collect(node, texts);
    return texts;
  }

  private static void collect(XmlNode node, List<XmlNode> texts) {
    if (node.children().isEmpty()) {
      if (!node.text().isEmpty()) {
        texts.add(node);
      }
      return;
    }
    for (XmlNode child : node.children()) {
      collect(child, texts);
    }
  }

  @Override
  public String toString() {
    return path();
  }
}
