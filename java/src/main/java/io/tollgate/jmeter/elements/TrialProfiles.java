package io.tollgate.jmeter.elements;

import io.tollgate.jmeter.RunPlan;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.apache.jmeter.gui.tree.JMeterTreeModel;
import org.apache.jmeter.gui.tree.JMeterTreeNode;

/** The profiles a user of the GUI can mean: those of the plan that is open, and of properties. */
final class TrialProfiles {
  private static final String PREFIX = "tollgate.profile.";

  private TrialProfiles() {}

  /** Names, and what the plan says of each; nothing for those of properties alone. */
  static Map<String, Map<String, String>> of(JMeterTreeModel plan) {
    Map<String, Map<String, String>> profiles = new TreeMap<>();
    for (String name : RunPlan.ofProperties()) {
      profiles.put(name, Collections.emptyMap());
    }
    for (JMeterTreeNode node : plan.getNodesOfType(CredentialConfig.class)) {
      CredentialConfig element = (CredentialConfig) node.getTestElement();
      if (node.isEnabled() && !element.getProfile().isEmpty()) {
        profiles.put(element.getProfile(), element.getSettings());
      }
    }
    return profiles;
  }

  /** Where each of them is defined, in words. */
  static Map<String, String> places(JMeterTreeModel plan) {
    Map<String, String> places = new TreeMap<>();
    for (String name : RunPlan.ofProperties()) {
      places.put(name, Text.DEFINED_BY_PROPERTIES.of(PREFIX + name));
    }
    for (JMeterTreeNode node : plan.getNodesOfType(CredentialConfig.class)) {
      String name = ((CredentialConfig) node.getTestElement()).getProfile();
      if (node.isEnabled() && !name.isEmpty()) {
        boolean isBoth = RunPlan.ofProperties().contains(name);
        String path = OpenPlan.path(node);
        places.put(
            name, isBoth ? Text.DEFINED_BY_BOTH.of(path, PREFIX + name) : Text.DEFINED_BY.of(path));
      }
    }
    return places;
  }
}
