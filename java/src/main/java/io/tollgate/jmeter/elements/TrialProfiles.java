package io.tollgate.jmeter.elements;

import io.tollgate.run.Hosts;
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
    for (String key : Hosts.current().properties(PREFIX).keySet()) {
      int dot = key.indexOf('.');
      if (dot > 0) {
        profiles.put(key.substring(0, dot), Collections.emptyMap());
      }
    }
    for (JMeterTreeNode node : plan.getNodesOfType(CredentialConfig.class)) {
      CredentialConfig element = (CredentialConfig) node.getTestElement();
      if (node.isEnabled() && !element.getProfile().isEmpty()) {
        profiles.put(element.getProfile(), element.getSettings());
      }
    }
    return profiles;
  }
}
