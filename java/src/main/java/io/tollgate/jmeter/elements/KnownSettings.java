package io.tollgate.jmeter.elements;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The settings there are, for forms: name, label, section, default, words to choose from, help. */
final class KnownSettings {
  private static final List<String> REGIONS =
      SettingsTable.rows("region").stream().map(cells -> cells[0]).collect(Collectors.toList());
  private static final Map<String, KnownSetting> SETTINGS = new LinkedHashMap<>();

  static {
    for (String[] cells : SettingsTable.rows("setting")) {
      SETTINGS.put(cells[0], new KnownSetting(cells));
    }
  }

  private KnownSettings() {}

  /** All of them, in the order of the guide. */
  static Collection<KnownSetting> all() {
    return Collections.unmodifiableCollection(SETTINGS.values());
  }

  /**
   * The setting of that name.
   *
   * @return {@code null} if there is none
   */
  static KnownSetting named(String key) {
    KnownSetting found = SETTINGS.get(key);
    if (found != null) {
      return found;
    }
    for (KnownSetting setting : SETTINGS.values()) {
      if (setting.isFamilyOf(key)) {
        return setting;
      }
    }
    return null;
  }

  /** What forms call a setting: its label, or the name itself if there is no such setting. */
  static String labelOf(String key) {
    KnownSetting setting = named(key);
    return setting == null ? key : setting.labelOf(key);
  }

  /** Whether values of this setting are not to be shown. */
  static boolean isSecret(String key) {
    KnownSetting setting = named(key);
    return setting != null && setting.isSecret();
  }

  /** AWS names of the regions of Genesys Cloud. */
  static List<String> regions() {
    return Collections.unmodifiableList(REGIONS);
  }
}
