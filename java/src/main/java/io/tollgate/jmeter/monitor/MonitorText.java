package io.tollgate.jmeter.monitor;

import java.util.Locale;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import org.apache.jmeter.util.JMeterUtils;

/**
 * What the Monitor says, in JMeter's language: {@code MonitorText.properties} and {@code
 * MonitorText_<language>.properties}, by key. Read when it is shown: the language can be changed in
 * the menu.
 */
public final class MonitorText {
  /** With the system's language in place of one that has no file, English users would read it. */
  private static final ResourceBundle.Control NO_OTHER_LANGUAGE =
      ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

  private MonitorText() {}

  /**
   * A text.
   *
   * @param key of it
   * @param values for <code>{0}</code>, <code>{1}</code>
   * @return in JMeter's language
   */
  public static String of(String key, Object... values) {
    String text = bundle().getString(key);
    for (int i = 0; i < values.length; i++) {
      text = text.replace("{" + i + "}", String.valueOf(values[i]));
    }
    return text;
  }

  /**
   * A text for something that the engine names, which may be newer than this file.
   *
   * @param group for example {@code state}
   * @param name as the engine writes it
   * @return the name itself if there is no text
   */
  static String named(String group, String name) {
    try {
      return bundle().getString(group + "." + name);
    } catch (MissingResourceException e) {
      return name;
    }
  }

  /** All texts, for the page. */
  static ResourceBundle bundle() {
    Locale language = JMeterUtils.getLocale();
    return ResourceBundle.getBundle(
        MonitorText.class.getName(),
        language == null ? Locale.ROOT : language,
        MonitorText.class.getClassLoader(),
        NO_OTHER_LANGUAGE);
  }
}
