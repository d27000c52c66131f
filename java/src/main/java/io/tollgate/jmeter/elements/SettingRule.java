package io.tollgate.jmeter.elements;

import java.util.Collections;
import java.util.List;

/** Settings that a profile needs or uses with certain choices, as the engine says. */
final class SettingRule {
  private final List<String> keys;
  private final boolean isNeed;
  private final List<String> presets;
  private final List<String> grants;
  private final List<String> clientAuth;

  SettingRule(boolean isNeed, String... cells) {
    this.isNeed = isNeed;
    this.keys = SettingsTable.list(cells[0]);
    this.presets = SettingsTable.list(cells[1]);
    this.grants = SettingsTable.list(cells[2]);
    this.clientAuth = SettingsTable.list(cells[3]);
  }

  /** A profile needs one of these; a form shows the first. */
  List<String> keys() {
    return Collections.unmodifiableList(keys);
  }

  /** Whether the engine refuses a profile without one of them. */
  boolean isNeed() {
    return isNeed;
  }

  boolean holds(ProfileChoices choices) {
    return has(presets, choices.preset())
        && has(grants, choices.grant())
        && has(clientAuth, choices.clientAuth());
  }

  private static boolean has(List<String> list, String one) {
    return list.isEmpty() || list.contains(one);
  }
}
