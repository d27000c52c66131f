package io.tollgate.jmeter.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.jmeter.report.JournalLines;
import io.tollgate.testing.Plugin;
import io.tollgate.text.LocalClock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.jmeter.util.JMeterUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MonitorTextTest {
  private static final Pattern PLACE = Pattern.compile("\\{\\d}");

  @BeforeEach
  void ready() {
    Plugin.ready();
  }

  @AfterEach
  void english() {
    JMeterUtils.setLocale(Locale.ENGLISH);
  }

  private static ResourceBundle in(Locale language) {
    JMeterUtils.setLocale(language);
    return MonitorText.bundle();
  }

  private static TreeSet<String> places(String text) {
    TreeSet<String> places = new TreeSet<>();
    Matcher matcher = PLACE.matcher(text);
    while (matcher.find()) {
      places.add(matcher.group());
    }
    return places;
  }

  @Test
  void germanHasEachTextWithTheSameValues() {
    ResourceBundle english = in(Locale.ENGLISH);
    ResourceBundle german = in(Locale.GERMAN);
    for (String key : english.keySet()) {
      assertTrue(german.containsKey(key), key);
      assertEquals(places(english.getString(key)), places(german.getString(key)), key);
    }
    assertEquals(english.keySet().size(), german.keySet().size());
    assertEquals("gültig", german.getString("state.valid"));
  }

  @Test
  void aRowIsReadInJMetersLanguage() {
    JMeterUtils.setLocale(Locale.GERMAN);
    List<String> cells =
        new JournalRow(
                new JournalLines().minted(1, 4, "ahead", 60).page().entries().get(1),
                new LocalClock(ZoneOffset.UTC))
            .cells();
    assertEquals(
        "[10:00:01, profile 'demo', Token ausgestellt, Token 4, vorab, gilt 60 s, dauerte 500 ms]",
        cells.toString());
    JMeterUtils.setLocale(Locale.FRENCH);
    assertEquals("valid", MonitorText.named("state", "valid"), "a language without a file");
    assertEquals("novel", MonitorText.named("state", "novel"), "a state of a newer engine");
  }
}
