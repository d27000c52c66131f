package io.tollgate.jmeter.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.jmeter.report.JournalLines;
import io.tollgate.jmeter.report.UsedProfiles;
import io.tollgate.profile.WaitingThreads.Cause;
import io.tollgate.run.Journal;
import io.tollgate.text.LocalClock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MonitorFeedTest {
  private static MonitorView view(JournalLines told, String title, Cause cause, double second) {
    Map<String, Map<Cause, Integer>> waiting = new LinkedHashMap<>();
    waiting.put(title, Collections.singletonMap(cause, 7));
    return new MonitorFeed(after -> told.page(), UsedProfiles::any, () -> waiting)
        .look(JournalLines.time(second));
  }

  private static String waiting(MonitorView view) {
    StringBuilder text = new StringBuilder();
    view.rows().forEach(row -> text.append(row.title).append(row.waiting).append(';'));
    return text.toString();
  }

  @Test
  void itAsksAgainOnlyForWhatMayGrow() {
    JournalLines told =
        new JournalLines()
            .run(0, "run_started")
            .minted(2, 1, "first", 120)
            .minted(95, 2, "ahead", 120)
            .at(140, "rejected", "generation=2", "age=45000", "count=40", JournalLines.until(141))
            .minted(141, 3, "rejected", 120);
    List<Long> asked = new ArrayList<>();
    MonitorFeed feed =
        MonitorFeeds.from(
            after -> {
              asked.add(after);
              return told.pageAfter(after);
            });
    for (double second : new double[] {10, 155, 155, 1000}) {
      MonitorView view = feed.look(JournalLines.time(second));
      assertEquals(1, view.rows().size());
      assertEquals(3, view.rows().get(0).generation);
      assertEquals(told.page().entries().size(), view.journal().size());
    }
    assertEquals(0L, asked.get(0));
    assertEquals(0L, asked.get(1));
    assertTrue(asked.get(2) > 0 && asked.get(2) < asked.get(3) + 1, asked.toString());
  }

  @Test
  void aRowSaysWhatItsThreadsWaitFor() {
    String demo = "profile 'demo'";
    JournalLines told = new JournalLines().run(0, "run_started");
    told.at(1, "sent", "reason=first");
    assertEquals(demo + "{token=7};", waiting(view(told, demo, Cause.TOKEN, 2)));
    told.at(3, "refused", "cause=THROTTLED_UNTIL", "words=429")
        .at(3, "token_gate", "count=1", JournalLines.until(30));
    assertEquals(demo + "{token_gate=7};", waiting(view(told, demo, Cause.TOKEN, 4)));
    assertEquals(demo + "{api_gate=7};", waiting(view(told, demo, Cause.API_GATE, 4)));
    told.at(31, "sent", "reason=first").at(32, "refused", "cause=CREDENTIAL_REJECTED", "words=401");
    assertEquals(demo + "{failure=7};", waiting(view(told, demo, Cause.TOKEN, 33)));
  }

  @Test
  void threadsOfAPoolAreWithItsFirstSlotAndThoseOfAnUnknownUserHaveARow() {
    JournalLines told =
        new JournalLines()
            .run(0, "run_started")
            .titled(1, "pool", "profile 'pool', slot 1")
            .minted(1, 1, "first", 60)
            .titled(2, "pool", "profile 'pool', slot 2")
            .minted(1, 1, "first", 60);
    assertEquals(
        "profile 'pool', slot 1{token=7};profile 'pool', slot 2{};",
        waiting(view(told, "profile 'pool'", Cause.TOKEN, 2)));
    assertEquals(
        "profile 'pool', slot 1{};profile 'pool', slot 2{};profile 'pool', user 'ann'{token=7};",
        waiting(view(told, "profile 'pool', user 'ann'", Cause.TOKEN, 2)));
  }

  @Test
  void aProfileThatCannotBeOpenedIsARowThatSaysWhy() {
    MonitorView view =
        new MonitorFeed(
                after -> new JournalLines().run(0, "run_started").page(),
                () ->
                    UsedProfiles.of(
                        Collections.singletonList(
                            "{\"profile\":\"demo\",\"state\":\"failed\","
                                + "\"error\":\"CONFIG\",\"message\":\"token_url is missing\"}")),
                Collections::emptyMap)
            .look(JournalLines.time(1));
    List<String> cells =
        MonitorCells.of(view.rows().get(0), new LocalClock(ZoneId.systemDefault()));
    assertEquals("profile 'demo'", cells.get(0));
    assertEquals("failed", cells.get(1));
    assertEquals("CONFIG: token_url is missing", cells.get(10));
  }

  @Test
  void theJournalAsCsvIsWhatTheEngineWroteAndNoFormula() {
    Journal.Page page =
        new JournalLines()
            .run(0, "run_started")
            .at(1, "refused", "cause=PROTOCOL", "words==cmd|' /C calc'!A0, \"x\"\\nsecond line")
            .page();
    String[] lines = JournalCsv.of(page.entries()).split("\r\n");
    assertEquals(3, lines.length);
    assertTrue(lines[0].startsWith("number,time,profile,title,endpoint,kind,"), lines[0]);
    assertEquals("1,2026-03-01T10:00:00Z,,,,run_started", lines[1].replaceAll(",+$", ""));
    assertTrue(lines[2].contains(",\"'=cmd|' /C calc'!A0, \"\"x\"\"\nsecond line\","), lines[2]);
  }
}
