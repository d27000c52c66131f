package io.tollgate.jmeter.elements;

import io.tollgate.engine.Log;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings there are, for forms: name, default, words to choose from and help.
 *
 * <p>The engine's own table is the truth, but a plan must open where the native library can't load.
 * So a copy is in the jar, and a test of the engine holds the two equal.
 */
final class KnownSettings {
  private static final String FILE = "settings.tsv";
  private static final Map<String, KnownSetting> SETTINGS = new LinkedHashMap<>();
  private static final List<String> REGIONS = new ArrayList<>();

  static {
    read();
  }

  private KnownSettings() {}

  private static void read() {
    try (InputStream in = KnownSettings.class.getResourceAsStream(FILE);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] cells = line.split("\t", -1);
        if (cells[0].equals("setting")) {
          SETTINGS.put(
              cells[1], new KnownSetting(cells[1], cells[2], cells[3], cells[4], cells[5]));
        } else if (cells[0].equals("region")) {
          REGIONS.add(cells[1]);
        }
      }
    } catch (IOException | RuntimeException e) {
      Log.error("The jar of Tollgate is damaged: " + FILE + " can't be read", e);
    }
  }

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
