package io.tollgate.jmeter.elements;

import io.tollgate.text.Words;
import org.apache.jmeter.util.JMeterUtils;

/**
 * Labels and help of settings in JMeter's language. English is in the table of settings; each
 * {@code SettingTexts_<language>.properties} has {@code label.<key>}, {@code help.<key>} and {@code
 * section.<title>}, and for what a preset requires {@code required.<key>} and {@code
 * meaning.<key>}.
 */
final class SettingTexts {
  private SettingTexts() {}

  /** The text of that key, or the English one. */
  static String of(String kind, String key, String english) {
    Words texts = Words.beside(SettingTexts.class, JMeterUtils.getLocale());
    return texts.orElse(kind + "." + key.replace(' ', '_'), english);
  }
}
