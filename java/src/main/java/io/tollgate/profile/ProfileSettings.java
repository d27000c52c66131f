package io.tollgate.profile;

import io.tollgate.engine.Engine;
import io.tollgate.run.Hosts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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

  /** The flat triples that {@link Engine#open} takes. */
  static String[] triples(
      String profile, Map<String, String> fromPlan, Map<String, String> fromCode) {
    List<String> triples = new ArrayList<>();
    append(triples, Hosts.current().properties("tollgate.profile." + profile + "."), "property");
    append(triples, fromPlan == null ? Collections.emptyMap() : fromPlan, "element");
    append(triples, fromCode == null ? Collections.emptyMap() : fromCode, "define");
    return triples.toArray(new String[0]);
  }

  private static void append(List<String> triples, Map<String, String> settings, String source) {
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      triples.add(setting.getKey());
      triples.add(setting.getValue());
      triples.add(source);
    }
  }
}
