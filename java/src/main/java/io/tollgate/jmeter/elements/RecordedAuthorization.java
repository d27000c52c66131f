package io.tollgate.jmeter.elements;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.jmeter.gui.tree.JMeterTreeModel;
import org.apache.jmeter.gui.tree.JMeterTreeNode;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.control.HeaderManager;

/**
 * {@code Authorization} headers that a recorder or a person wrote into the plan as they were sent
 * once. Their tokens have ended or will; Tollgate Authorization replaces them for each sample.
 */
final class RecordedAuthorization {
  private static final String HEADER = "Authorization";

  private final JMeterTreeModel model;
  private final List<JMeterTreeNode> managers = new ArrayList<>();

  private RecordedAuthorization(JMeterTreeModel model) {
    this.model = model;
  }

  static RecordedAuthorization in(JMeterTreeModel model) {
    RecordedAuthorization found = new RecordedAuthorization(model);
    for (JMeterTreeNode node : model.getNodesOfType(HeaderManager.class)) {
      HeaderManager manager = (HeaderManager) node.getTestElement();
      for (int i = 0; i < manager.size(); i++) {
        if (isRecorded(manager.get(i)) && !found.managers.contains(node)) {
          found.managers.add(node);
        }
      }
    }
    return found;
  }

  /** A value with a variable or function in it is no recorded one. */
  private static boolean isRecorded(Header header) {
    return HEADER.equalsIgnoreCase(header.getName()) && !header.getValue().contains("${");
  }

  boolean isEmpty() {
    return managers.isEmpty();
  }

  /** Where they are, a line each, without their values. */
  List<String> places() {
    return managers.stream().map(OpenPlan::path).collect(Collectors.toList());
  }

  /** Removes the lines; the Header Managers and their other lines stay. */
  void remove() {
    for (JMeterTreeNode node : managers) {
      HeaderManager manager = (HeaderManager) node.getTestElement();
      for (int i = manager.size() - 1; i >= 0; i--) {
        if (isRecorded(manager.get(i))) {
          manager.remove(i);
        }
      }
      model.nodeChanged(node);
    }
  }
}
