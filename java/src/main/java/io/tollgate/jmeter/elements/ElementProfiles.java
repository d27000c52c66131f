package io.tollgate.jmeter.elements;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.jmeter.gui.GuiPackage;
import org.apache.jmeter.gui.tree.JMeterTreeModel;
import org.apache.jmeter.gui.tree.JMeterTreeNode;
import org.apache.jmeter.testelement.TestElement;

/**
 * The Profile fields of a plan in the window: a new element gets the only profile there is, and all
 * follow when a Credential is renamed.
 */
final class ElementProfiles {
  private static final String PROFILE = "profile";

  private static final List<Class<? extends TestElement>> WITH_FIELD =
      Arrays.asList(
          AuthorizationPreProcessor.class, BackoffTimer.class, FeedbackPostProcessor.class);

  private ElementProfiles() {}

  /**
   * Fills in the profile of an element that was just added, if the plan defines exactly one.
   *
   * @return whether it did
   */
  static boolean fillIn(JMeterTreeModel model, TestElement added) {
    Set<String> names = new TreeSet<>();
    for (JMeterTreeNode node : model.getNodesOfType(CredentialConfig.class)) {
      String name = ((CredentialConfig) node.getTestElement()).getProfile();
      if (node.isEnabled() && !name.isEmpty()) {
        names.add(name);
      }
    }
    boolean isBlank =
        WITH_FIELD.contains(added.getClass()) && added.getPropertyAsString(PROFILE).isEmpty();
    if (!isBlank || names.size() != 1) {
      return false;
    }
    added.setProperty(PROFILE, names.iterator().next());
    return true;
  }

  /** A Credential of the open plan has another profile name than before. */
  static void follow(CredentialConfig renamed, String before) {
    GuiPackage gui = GuiPackage.getInstance();
    if (gui != null && gui.getNodeOf(renamed) != null) {
      follow(gui.getTreeModel(), renamed, before);
    }
  }

  static void follow(JMeterTreeModel model, CredentialConfig renamed, String before) {
    String now = renamed.getProfile();
    if (before.isEmpty() || now.isEmpty() || before.equals(now)) {
      return;
    }
    for (JMeterTreeNode node : model.getNodesOfType(CredentialConfig.class)) {
      CredentialConfig other = (CredentialConfig) node.getTestElement();
      if (other != renamed && node.isEnabled() && other.getProfile().equals(before)) {
        return; // that one is meant
      }
    }
    for (TestElement element : withField(model)) {
      if (element.getPropertyAsString(PROFILE).trim().equals(before)) {
        element.setProperty(PROFILE, now);
      }
    }
  }

  private static List<TestElement> withField(JMeterTreeModel model) {
    List<TestElement> found = new ArrayList<>();
    for (Class<? extends TestElement> type : WITH_FIELD) {
      for (JMeterTreeNode node : model.getNodesOfType(type)) {
        found.add(node.getTestElement());
      }
    }
    return found;
  }
}
