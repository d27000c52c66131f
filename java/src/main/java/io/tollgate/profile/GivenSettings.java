package io.tollgate.profile;

import io.tollgate.TollgateException;
import io.tollgate.engine.Engine;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The settings of one profile by their sources, strongest first, as {@link Engine#open} takes them.
 */
public final class GivenSettings {
  private final Map<String, Map<String, String>> bySource = new LinkedHashMap<>();

  /**
   * Adds settings that are weaker than those before.
   *
   * @param some keys and values
   * @param source of all of them
   */
  public void add(Map<String, String> some, String source) {
    bySource.put(source, new TreeMap<>(some));
  }

  /**
   * The text of a setting as it was written.
   *
   * @param key of the setting
   * @return {@code null} if there is none or it is blank
   */
  public String inEffect(String key) {
    String text = bySource.getOrDefault(source(key), new TreeMap<>()).get(key);
    return text == null || text.trim().isEmpty() ? null : text;
  }

  /**
   * The text that a setting stands for: what the engine makes of it too.
   *
   * @param key of the setting
   * @return {@code null} if there is none
   * @throws TollgateException {@code CONFIG} if its variable or file can't be read
   */
  public String resolved(String key) {
    String text = inEffect(key);
    return text == null ? null : SecretText.of("the setting " + key, text);
  }

  /** Where a setting comes from. */
  String source(String key) {
    for (Map.Entry<String, Map<String, String>> source : bySource.entrySet()) {
      if (source.getValue().containsKey(key)) {
        return source.getKey();
      }
    }
    return "default";
  }

  /** Replaces a setting that is there. */
  void replace(String key, String text) {
    bySource.get(source(key)).put(key, text);
  }

  void remove(String key) {
    bySource.values().forEach(settings -> settings.remove(key));
  }

  /** Keys and values of each source. */
  Map<String, Map<String, String>> bySource() {
    return bySource;
  }
}
