package io.tollgate.jmeter.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.GermanWords;
import io.tollgate.text.Durations;
import io.tollgate.text.LocalClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import org.apache.jmeter.util.JMeterUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report is in JMeter's language: each of its words is in a bundle. */
class GermanReportTest {
  private static final LocalClock CLOCK = new LocalClock(ZoneOffset.UTC);

  @TempDir Path directory;

  private final GermanWords german = new GermanWords(ReportText.class, Durations.class);

  @BeforeEach
  void start() {
    JMeterUtils.setLocale(Locale.GERMAN);
  }

  @AfterEach
  void english() {
    JMeterUtils.setLocale(Locale.ENGLISH);
  }

  /** Each kind of event, with one and with several where that makes a difference. */
  private static JournalLines everything() {
    JournalLines told =
        new JournalLines()
            .run(0, "run_started")
            .titled(1, "7", "profile '7', client '8', user '9'")
            .minted(1, 1, "first", 20)
            .minted(5, 2, "ahead", 20)
            .minted(9, 3, "ahead", 20)
            .at(10, "rejected", "generation=3", "age=1000", "count=40", JournalLines.until(11))
            .minted(11, 4, "rejected", 20)
            .minted(15, 5, "expired", 20)
            .at(16, "unchanged", "generation=5", "reason=ahead", "lifetime=9000")
            .at(17, "rejected", "generation=5", "count=1", JournalLines.until(18))
            .at(19, "sent", "reason=rejected")
            .at(19, "refused", "cause=PROTOCOL", "status=500", "words=500")
            .at(20, "refused", "cause=THROTTLED_UNTIL", "status=429", "words=429")
            .at(21, "refused", "cause=THROTTLED_UNTIL", "status=429", "words=429")
            .at(22, "not_the_token", "generation=5", "wait=30000")
            .at(23, "expired", "generation=5")
            .at(24, "drained", "held=1500")
            .at(25, "revokes_previous", "generation=5")
            .at(26, "signed_in_again")
            .at(26, "store_silent")
            .at(26, "shared", "generation=6", "lifetime=60000")
            .at(27, "token_gate", "count=1", JournalLines.until(30))
            .of(2, "6")
            .titled(2, "6", "profile '6', slot 3")
            .minted(28, 1, "first", 60);
    for (int count = 1; count <= 2; count++) {
      told.at(30, "api_gate", "origin=", "count=" + count, JournalLines.until(40))
          .at(31, "rejection_ignored", "generation=1", "count=" + count, JournalLines.until(31))
          .at(32, "unattributed", "count=" + count, JournalLines.until(32))
          .at(33, "waited", "count=" + count, "longest=900", JournalLines.until(33))
          .at(34, "paused", "count=" + count, "longest=900", "total=1200", JournalLines.until(34));
    }
    return told;
  }

  private SampleTimeline samples() throws Exception {
    Path file = directory.resolve("results.jtl");
    String rows = "timeStamp,elapsed,label,responseCode,responseMessage,threadName,success\n";
    for (int i = 0; i < 400; i++) {
      long at = JournalLines.time(i * 0.1);
      rows += at + ",100,a,200,OK,t 1-1," + (i % 7 > 0) + "\n";
    }
    Files.write(file, rows.getBytes(StandardCharsets.UTF_8));
    return SampleTimeline.read(file, JournalLines.time(0), JournalLines.time(60));
  }

  private void allIsGerman(String page) {
    String said = GermanWords.saidBy(page);
    Set<String> unknown = german.unknownIn(said);
    assertEquals(Collections.emptySet(), unknown, said);
  }

  @Test
  void eachWordOfThePageIsInTheBundle() throws Exception {
    RunHistory history = everything().story(3 * 86_400 + 60);
    String page = ReportPage.of(history, CLOCK, samples());
    assertTrue(page.contains("<html lang=\"de\">"), page.substring(0, 200));
    assertTrue(page.contains("Um 10:00:01 bekam Profil &#39;7&#39;, Client &#39;8&#39;, Benutzer"));
    assertTrue(page.contains("Profil &#39;6&#39;, Platz 3"), page);
    assertTrue(page.contains(" 3 Tage"), "how long it was");
    allIsGerman(page);
  }

  @Test
  void soIsEachOfALongAccountWithoutItsBegin() {
    JournalLines told = everything();
    for (int i = 0; i < 250; i++) {
      told.at(40, "expired", "generation=1");
      told.of(i, "p" + i);
    }
    RunHistory history =
        RunHistory.of(
            told.page().entries().subList(1, told.page().entries().size()),
            12_345,
            JournalLines.time(60),
            UsedProfiles.any());
    String page = ReportPage.of(history, CLOCK, null);
    assertTrue(page.contains("12.345 ältere fehlen"), page);
    assertTrue(page.contains("<details>") && page.contains("weitere Ereignisse"), page);
    allIsGerman(page);
  }

  @Test
  void aRunWithoutEventsSaysSo() {
    allIsGerman(ReportPage.of(new JournalLines().run(0, "run_started").story(9), CLOCK, null));
  }

  @Test
  void whatIsWrittenIntoTheCodeIsFound() {
    assertEquals(Collections.singleton("page"), german.unknownIn("Token page"));
  }
}
