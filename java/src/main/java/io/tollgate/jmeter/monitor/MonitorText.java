package io.tollgate.jmeter.monitor;

import io.tollgate.text.Durations;
import io.tollgate.text.Words;
import org.apache.jmeter.util.JMeterUtils;

/**
 * What the Monitor says, in JMeter's language: {@code MonitorText.properties} and {@code
 * MonitorText_<language>.properties}, by key. Read when it is shown: the language can be changed in
 * the menu.
 */
public final class MonitorText {
  private MonitorText() {}

  /**
   * A text.
   *
   * @param key of it
   * @param values for <code>{0}</code>, <code>{1}</code>
   * @return in JMeter's language
   */
  public static String of(String key, Object... values) {
    return words().of(key, values);
  }

  /**
   * A text for something that the engine names, which may be newer than this file.
   *
   * @param group for example {@code state}
   * @param name as the engine writes it
   * @return the name itself if there is no text
   */
  static String named(String group, String name) {
    return words().orElse(group + "." + name, name);
  }

  static String duration(double millis) {
    return Durations.of(millis, words().language());
  }

  static Words words() {
    return Words.beside(MonitorText.class, JMeterUtils.getLocale());
  }
}
