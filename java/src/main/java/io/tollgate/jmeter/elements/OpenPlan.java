package io.tollgate.jmeter.elements;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.jmeter.gui.GuiPackage;
import org.apache.jmeter.gui.tree.JMeterTreeModel;
import org.apache.jmeter.gui.tree.JMeterTreeNode;
import org.apache.jmeter.save.SaveService;
import org.apache.jorphan.collections.HashTree;
import org.apache.jorphan.collections.ListedHashTree;

/** The plan in JMeter's window. */
final class OpenPlan {
  private OpenPlan() {}

  /** As it would be saved now, with what is on the screen. */
  static byte[] saved(GuiPackage gui) throws IOException {
    gui.updateCurrentNode();
    ByteArrayOutputStream saved = new ByteArrayOutputStream();
    SaveService.saveTree(elements(root(gui.getTreeModel())), saved);
    return saved.toByteArray();
  }

  /** The node of the Test Plan. */
  static JMeterTreeNode root(JMeterTreeModel model) {
    return (JMeterTreeNode) ((JMeterTreeNode) model.getRoot()).getChildAt(0);
  }

  /** The names from the Test Plan down to an element, as messages have them. */
  static String path(JMeterTreeNode element) {
    return Arrays.stream(element.getPath())
        .skip(1) // JMeter's own root, which no one sees
        .map(node -> ((JMeterTreeNode) node).getName())
        .collect(Collectors.joining(" > "));
  }

  /** The tree of elements as files have it: that of the window has its own nodes. */
  static HashTree elements(JMeterTreeNode node) {
    ListedHashTree tree = new ListedHashTree(node.getTestElement());
    for (int i = 0; i < node.getChildCount(); i++) {
      HashTree below = elements((JMeterTreeNode) node.getChildAt(i));
      Object child = below.getArray()[0];
      tree.getTree(node.getTestElement()).add(child, below.getTree(child));
    }
    return tree;
  }
}
