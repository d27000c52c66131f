package io.tollgate.profile;

import io.tollgate.TollgateException;
import io.tollgate.engine.Engine;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The settings of one profile with their sources, strongest first, as {@link Engine#open} takes.
 */
public final class SettingTriples {
  private final List<String[]> settings = new ArrayList<>();

  /**
   * Adds settings that are weaker than those before.
   *
   * @param some keys and values
   * @param source of all of them
   */
  public void add(Map<String, String> some, String source) {
    some.forEach((key, value) -> settings.add(new String[] {key, value, source}));
  }

  private String[] find(String key) {
    for (String[] setting : settings) {
      if (setting[0].equals(key)) {
        return setting;
      }
    }
    return null;
  }

  /**
   * The text of a setting as it was written.
   *
   * @param key of the setting
   * @return {@code null} if there is none or it is blank
   */
  public String inEffect(String key) {
    String[] setting = find(key);
    return setting == null || setting[1].trim().isEmpty() ? null : setting[1];
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
    String[] setting = find(key);
    return setting == null ? "default" : setting[2];
  }

  void replace(String key, String text) {
    String[] setting = find(key);
    if (setting != null) {
      setting[1] = text;
    }
  }

  void remove(String key) {
    for (Iterator<String[]> it = settings.iterator(); it.hasNext(); ) {
      if (it.next()[0].equals(key)) {
        it.remove();
      }
    }
  }

  /** Keys, values and sources in turn. */
  String[] flat() {
    List<String> flat = new ArrayList<>();
    for (String[] setting : settings) {
      flat.add(setting[0]);
      flat.add(setting[1]);
      flat.add(setting[2]);
    }
    return flat.toArray(new String[0]);
  }
}
