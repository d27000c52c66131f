package io.tollgate.jmeter.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.jmeter.report.JournalLines;
import io.tollgate.jmeter.report.ReportText;
import io.tollgate.testing.GermanWords;
import io.tollgate.testing.Plugin;
import io.tollgate.text.Durations;
import io.tollgate.text.JsonReader;
import io.tollgate.text.LocalClock;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.jmeter.util.JMeterUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Monitor speaks JMeter's language, in the window and in a browser. */
class MonitorTextTest {
  private static final LocalClock CLOCK = new LocalClock(ZoneOffset.UTC);

  private final GermanWords german =
      new GermanWords(MonitorText.class, ReportText.class, Durations.class);

  @BeforeEach
  void ready() {
    Plugin.ready();
  }

  @AfterEach
  void english() {
    JMeterUtils.setLocale(Locale.ENGLISH);
  }

  @Test
  void aRowIsReadInJMetersLanguage() {
    JMeterUtils.setLocale(Locale.GERMAN);
    List<String> cells =
        new JournalRow(new JournalLines().minted(1, 4, "ahead", 60).page().entries().get(1), CLOCK)
            .cells();
    assertEquals(
        "[10:00:01, Profil 'demo', Token ausgestellt, Token 4, vorab, gilt 60 s, dauerte 500 ms]",
        cells.toString());
    JMeterUtils.setLocale(Locale.FRENCH);
    assertEquals("valid", MonitorText.named("state", "valid"), "a language without a file");
    assertEquals("novel", MonitorText.named("state", "novel"), "a state of a newer engine");
  }

  @Test
  void eachWordInTheBrowserIsInABundle() {
    JMeterUtils.setLocale(Locale.GERMAN);
    String page = MonitorPage.answer().body;
    assertTrue(page.contains("<html lang=\"de\">"), page);
    String said = GermanWords.saidBy(page);
    assertEquals(Collections.emptySet(), german.unknownIn(said), said);

    JournalLines told =
        new JournalLines()
            .run(0, "run_started")
            .of(1, "7")
            .minted(1, 1, "first", 60)
            .at(2, "rejected", "generation=1", "count=4", JournalLines.until(3))
            .at(3, "not_the_token", "generation=1", "wait=30000")
            .at(4, "waited", "count=2", "longest=900", JournalLines.until(4))
            .at(5, "paused", "count=2", "longest=900", "total=1200", JournalLines.until(5))
            .at(6, "drained", "held=900")
            .at(7, "refused", "cause=PROTOCOL", "words=500")
            .at(8, "api_gate", "origin=", "count=1", JournalLines.until(60))
            .at(9, "token_gate", "count=1", JournalLines.until(60));
    MonitorView view =
        MonitorFeeds.of(told, Collections.singletonMap("profile '7'", 3))
            .look(JournalLines.time(10));
    Map<String, Object> members =
        JsonReader.object(JsonReader.parse(MonitorJson.of(view, CLOCK, 0, 0, "")));
    StringBuilder shown = new StringBuilder();
    members.forEach((name, value) -> collect(value, shown));
    String all = GermanWords.saidBy(shown.toString());
    assertTrue(all.contains("API-Sperre") || all.contains("API 50 s"), all);
    assertEquals(Collections.emptySet(), german.unknownIn(all), all);
  }

  /** All strings, but for the state of a row that is for the style. */
  private static void collect(Object value, StringBuilder into) {
    if (value instanceof String) {
      into.append(value).append('\n');
    } else if (value instanceof Collection) {
      ((Collection<?>) value).forEach(one -> collect(one, into));
    } else if (value instanceof Map) {
      collect(((Map<?, ?>) value).get("cells"), into);
    }
  }
}
