package io.tollgate.jmeter.elements;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.jmeter.gui.GuiPackage;
import org.apache.jmeter.gui.tree.JMeterTreeModel;
import org.apache.jmeter.gui.tree.JMeterTreeNode;
import org.apache.jmeter.testelement.TestElement;

/**
 * What a plan needs of Tollgate, and how it gets there: the elements stand right below the Test
 * Plan, above everything they are for, so that each HTTP Request of each Thread Group is in their
 * scope. What a plan has already, wherever it stands, is not added again.
 */
final class PlanElements {
  /** Name of the profile of a plan that had none. */
  static final String FIRST_PROFILE = "default";

  /** In the order they are to stand in. */
  private static final List<Class<? extends TestElement>> ELEMENTS =
      Arrays.asList(
          CredentialConfig.class,
          AuthorizationPreProcessor.class,
          BackoffTimer.class,
          FeedbackPostProcessor.class);

  /** Elements with a field for their profile. */
  private static final String PROFILE = "profile";

  private PlanElements() {}

  /**
   * Adds what is missing to the plan that is open.
   *
   * @param monitored whether it needs a Monitor too
   * @return the nodes that were added, none if all was there
   */
  static List<JMeterTreeNode> add(GuiPackage gui, boolean monitored) {
    gui.updateCurrentNode();
    JMeterTreeModel model = gui.getTreeModel();
    JMeterTreeNode plan = (JMeterTreeNode) ((JMeterTreeNode) model.getRoot()).getChildAt(0);
    List<JMeterTreeNode> added = new ArrayList<>();
    int at = 0;
    List<Class<? extends TestElement>> wanted = new ArrayList<>(ELEMENTS);
    if (monitored) {
      wanted.add(TollgateMonitor.class);
    }
    for (Class<? extends TestElement> type : wanted) {
      if (!model.getNodesOfType(type).isEmpty()) {
        continue;
      }
      JMeterTreeNode node = new JMeterTreeNode(made(gui, type, profileOf(model)), model);
      model.insertNodeInto(node, plan, at++);
      added.add(node);
    }
    return added;
  }

  /** The elements are for the profile that the plan defines, if it defines one. */
  private static String profileOf(JMeterTreeModel model) {
    List<JMeterTreeNode> credentials = model.getNodesOfType(CredentialConfig.class);
    return credentials.isEmpty()
        ? FIRST_PROFILE
        : ((CredentialConfig) credentials.get(0).getTestElement()).getProfile();
  }

  private static TestElement made(GuiPackage gui, Class<?> type, String profile) {
    if (type == TollgateMonitor.class) {
      return gui.createTestElement(TollgateMonitorGui.class.getName());
    }
    boolean isCredential = type == CredentialConfig.class;
    String form = isCredential ? CredentialConfigGui.class.getName() : type.getName();
    TestElement element = gui.createTestElement(form);
    if (isCredential) {
      ((CredentialConfig) element).setProfile(profile);
    } else {
      element.setProperty(PROFILE, profile);
    }
    return element;
  }
}
