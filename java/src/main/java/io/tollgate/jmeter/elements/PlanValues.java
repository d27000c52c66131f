package io.tollgate.jmeter.elements;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.jmeter.config.Arguments;
import org.apache.jmeter.engine.util.CompoundVariable;
import org.apache.jmeter.gui.GuiPackage;
import org.apache.jmeter.gui.tree.JMeterTreeModel;
import org.apache.jmeter.gui.tree.JMeterTreeNode;
import org.apache.jmeter.testelement.TestPlan;
import org.apache.jmeter.threads.JMeterContextService;
import org.apache.jmeter.threads.JMeterVariables;

/**
 * What expressions in the open plan mean before a run: functions, and the User Defined Variables of
 * the Test Plan and of its elements, which JMeter collects from the whole plan at the start. Those
 * of threads, a CSV file's or an extractor's, are known in a run only.
 */
final class PlanValues {
  /** In the order in which JMeter collects them; each element sees what those before it said. */
  private final List<Map<String, String>> definitions;

  private PlanValues(List<Map<String, String>> definitions) {
    this.definitions = definitions;
  }

  /** Of the plan that is open. On the event thread, whose the tree is. */
  static PlanValues ofOpenPlan() {
    GuiPackage gui = GuiPackage.getInstance();
    return new PlanValues(gui == null ? Collections.emptyList() : definitions(gui.getTreeModel()));
  }

  private static List<Map<String, String>> definitions(JMeterTreeModel model) {
    List<Map<String, String>> definitions = new ArrayList<>();
    collect((JMeterTreeNode) model.getRoot(), definitions);
    return definitions;
  }

  private static void collect(JMeterTreeNode node, List<Map<String, String>> definitions) {
    Object element = node.getTestElement();
    if (element instanceof TestPlan) {
      definitions.add(((TestPlan) element).getUserDefinedVariables());
    } else if (element instanceof Arguments) {
      definitions.add(((Arguments) element).getArgumentsAsMap());
    }
    for (int i = 0; i < node.getChildCount(); i++) {
      JMeterTreeNode child = (JMeterTreeNode) node.getChildAt(i);
      if (child.isEnabled()) {
        collect(child, definitions);
      }
    }
  }

  /** Makes them the variables of the calling thread, as JMeter does for the thread of a run. */
  void define() {
    JMeterVariables variables = new JMeterVariables();
    JMeterContextService.getContext().setVariables(variables);
    for (Map<String, String> definition : definitions) {
      Map<String, String> values = new LinkedHashMap<>();
      definition.forEach((name, value) -> values.put(name, of(value)));
      variables.putAll(values);
    }
  }

  /** A text with the values in their places, on a thread that has them. */
  static String of(String text) {
    return text.contains("${") ? new CompoundVariable(text).execute() : text;
  }
}
