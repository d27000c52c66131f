package io.tollgate.adopt.plan;

import io.tollgate.adopt.xml.NotAPlan;
import io.tollgate.adopt.xml.XmlFile;
import io.tollgate.adopt.xml.XmlNode;
import io.tollgate.adopt.xml.XmlReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The tree of a test plan. */
public final class Plan {
  private final PlanElement root;
  private final List<PlanElement> enabled = new ArrayList<>();

  private Plan(PlanElement root) {
    this.root = root;
    root.walk(
        element -> {
          if (element.isEnabled()) {
            enabled.add(element);
          }
        });
  }

  /**
   * Reads a plan.
   *
   * @param file a JMX file
   * @return its tree
   * @throws NotAPlan if it is none
   */
  public static Plan of(XmlFile file) throws NotAPlan {
    XmlNode document = XmlReader.read(file.text());
    if (!document.name().equals("jmeterTestPlan")) {
      throw new NotAPlan("its XML begins with <" + document.name() + ">, not <jmeterTestPlan>");
    }
    for (XmlNode tree : document.children()) {
      List<XmlNode> top = tree.children();
      for (int i = 0; i < top.size(); i++) {
        if (top.get(i).name().equals("TestPlan")) {
          PlanElement root = element(top, i, null);
          addChildren(root);
          return new Plan(root);
        }
      }
    }
    throw new NotAPlan("it has no Test Plan");
  }

  private static void addChildren(PlanElement parent) throws NotAPlan {
    List<XmlNode> nodes = parent.tree().children();
    for (int i = 0; i < nodes.size(); i++) {
      if (!nodes.get(i).name().equals("hashTree")) {
        PlanElement child = element(nodes, i, parent);
        parent.children.add(child);
        addChildren(child);
      }
    }
  }

  /** An element stands before the tree of what is below it; JMeter reads them by two. */
  private static PlanElement element(List<XmlNode> nodes, int at, PlanElement parent)
      throws NotAPlan {
    XmlNode node = nodes.get(at);
    if (at + 1 == nodes.size() || !nodes.get(at + 1).name().equals("hashTree")) {
      throw new NotAPlan(
          "<" + node.name() + "> '" + node.attribute("testname") + "' has no hashTree behind it");
    }
    return new PlanElement(node, nodes.get(at + 1), parent);
  }

  /**
   * The Test Plan element.
   *
   * @return the root
   */
  public PlanElement root() {
    return root;
  }

  /**
   * What JMeter runs.
   *
   * @return all enabled elements, in document order
   */
  public List<PlanElement> enabled() {
    return enabled;
  }

  /**
   * The enabled elements of a kind.
   *
   * @param wanted the kind
   * @return in document order
   */
  public List<PlanElement> enabled(Predicate<PlanElement> wanted) {
    List<PlanElement> found = new ArrayList<>();
    for (PlanElement element : enabled) {
      if (wanted.test(element)) {
        found.add(element);
      }
    }
    return found;
  }
}
