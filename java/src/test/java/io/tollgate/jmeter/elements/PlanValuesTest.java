package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.apache.jmeter.config.Arguments;
import org.apache.jmeter.gui.tree.JMeterTreeModel;
import org.apache.jmeter.gui.tree.JMeterTreeNode;
import org.apache.jmeter.testelement.TestPlan;
import org.apache.jmeter.threads.JMeterContextService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Variables of the plan have the values before a run that they have in it. */
class PlanValuesTest {
  private JMeterTreeModel model;

  @BeforeEach
  void start() {
    model = TreeWithoutWindow.open();
  }

  @AfterEach
  void stop() throws ReflectiveOperationException {
    JMeterContextService.getContext().setVariables(null);
    TreeWithoutWindow.close();
  }

  private JMeterTreeNode variables(String name, String value) {
    Arguments arguments = new Arguments();
    arguments.addArgument(name, value);
    JMeterTreeNode node = new JMeterTreeNode(arguments, model);
    model.insertNodeInto(node, OpenPlan.root(model), OpenPlan.root(model).getChildCount());
    return node;
  }

  @Test
  void thoseOfTheTestPlanAndOfItsElementsAreFilledInAndOthersStay() {
    ((TestPlan) OpenPlan.root(model).getTestElement()).getArguments().addArgument("host", "a.b");
    variables("url", "https://${host}/${__P(plan.values.path,token)}");
    variables("id", "never").setEnabled(false);
    PlanValues.ofOpenPlan().define();
    assertEquals("https://a.b/token?x", PlanValues.of("${url}?x"));
    assertEquals("${id}", PlanValues.of("${id}"), "of a disabled element");
    assertEquals("plain", PlanValues.of("plain"));
  }
}
