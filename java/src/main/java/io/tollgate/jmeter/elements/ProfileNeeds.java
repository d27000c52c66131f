package io.tollgate.jmeter.elements;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a profile with certain settings needs and uses, and what its preset gives to others. */
final class ProfileNeeds {
  private static final List<SettingRule> RULES = new ArrayList<>();

  static {
    SettingsTable.rows("need").forEach(cells -> RULES.add(new SettingRule(true, cells)));
    SettingsTable.rows("use").forEach(cells -> RULES.add(new SettingRule(false, cells)));
  }

  private final Map<String, String> values;
  private final ProfileChoices choices;
  private final Set<String> shown = new HashSet<>();

  /** The settings that are needed, and what can stand in their place. */
  private final Map<String, List<String>> needed = new LinkedHashMap<>();

  ProfileNeeds(Map<String, String> values) {
    this.values = values;
    this.choices = new ProfileChoices(values);
    for (SettingRule rule : RULES) {
      if (!rule.holds(choices)) {
        continue;
      }
      List<String> keys = rule.keys();
      shown.add(keys.get(0));
      if (rule.isNeed()) {
        String key = keys.stream().filter(this::isGiven).findFirst().orElse(keys.get(0));
        shown.add(key);
        List<String> others = new ArrayList<>(keys);
        others.remove(key);
        // Of two needs the one that fewer settings meet says more.
        needed.merge(key, others, (one, other) -> one.size() <= other.size() ? one : other);
      }
    }
  }

  private boolean isGiven(String key) {
    return !values.getOrDefault(key, "").trim().isEmpty();
  }

  /** Whether a profile with these choices uses this setting. */
  boolean uses(String key) {
    return shown.contains(key);
  }

  boolean needs(String key) {
    return needed.containsKey(key);
  }

  /** Other settings that meet the same need: one of them is enough. */
  List<String> insteadOf(String key) {
    return needed.get(key);
  }

  /** What counts for a setting that is not given; empty if nothing does. */
  String standardOf(KnownSetting setting) {
    for (String[] cells : SettingsTable.rows("brings")) {
      List<String> grants = SettingsTable.list(cells[3]);
      if (cells[0].equals(choices.preset())
          && cells[1].equals(setting.key())
          && (grants.isEmpty() || grants.contains(choices.grant()))
          && SettingsTable.list(cells[4]).stream().noneMatch(this::isGiven)) {
        return filledIn(cells[2]);
      }
    }
    return setting.standard();
  }

  /** A value of a preset, which may name other settings. */
  private String filledIn(String value) {
    String filled = value;
    for (String key : new String[] {"host", "tenant"}) {
      String place = "{" + key + "}";
      if (filled.contains(place)) {
        String other = values.getOrDefault(key, "").trim();
        String used = other.isEmpty() ? standardOf(KnownSettings.named(key)) : other;
        filled = used.isEmpty() ? filled : filled.replace(place, used);
      }
    }
    return filled;
  }

  /** The settings of a family that the preset requires. */
  static Set<String> requiredMembers() {
    return SettingsTable.rows("required").stream()
        .map(cells -> cells[1])
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** What a server calls a setting that it requires. */
  static String labelOf(String member) {
    return SettingTexts.of("required", member, required(member)[2]);
  }

  /** What it means there. */
  static String meaningOf(String member) {
    return SettingTexts.of("meaning", member, required(member)[3]);
  }

  private static String[] required(String member) {
    return SettingsTable.rows("required").stream()
        .filter(cells -> cells[1].equals(member))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(member));
  }
}
