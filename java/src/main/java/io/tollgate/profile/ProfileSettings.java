package io.tollgate.profile;

import io.tollgate.engine.Engine;
import io.tollgate.run.Hosts;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Settings on their way to the engine: what code, plan and properties say of a profile, as text.
 */
final class ProfileSettings {
  private ProfileSettings() {}

  /** Keys and values of a script's map as strings; {@code null} is blank. */
  static Map<String, String> of(Map<?, ?> settings) {
    Map<String, String> result = new TreeMap<>();
    if (settings != null) {
      for (Map.Entry<?, ?> setting : settings.entrySet()) {
        Object value = setting.getValue();
        result.put(String.valueOf(setting.getKey()), value == null ? "" : value.toString());
      }
    }
    return result;
  }

  /** By their sources, as {@link Engine#open} takes them. */
  static Map<String, Map<String, String>> given(
      String profile, Map<String, String> fromPlan, Map<String, String> fromCode) {
    String prefix = "tollgate.profile." + profile + ".";
    Map<String, String> properties = Hosts.current().properties(prefix);
    CommandLineSecrets.warn(prefix, properties.keySet());
    GivenSettings settings = new GivenSettings();
    settings.add(properties, "property");
    settings.add(fromPlan == null ? Collections.emptyMap() : fromPlan, "element");
    settings.add(fromCode == null ? Collections.emptyMap() : fromCode, "define");
    ClientKeyStore.replace(profile, settings);
    return settings.bySource();
  }
}
