package io.tollgate.jmeter.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.text.LocalClock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a run shows of credentials that are older than it, or have other names. */
class RunHistoryTest {
  private static List<String> titles(RunHistory history) {
    List<String> titles = new ArrayList<>();
    history.credentials().forEach(it -> titles.add(it.title()));
    return titles;
  }

  private static RunHistory seen(JournalLines told, double second, String... statuses) {
    return RunHistory.of(
        told.page().entries(),
        0,
        JournalLines.time(second),
        UsedProfiles.of(Arrays.asList(statuses)));
  }

  private static String status(String profile, int generation) {
    return "{\"profile\":\""
        + profile
        + "\",\"endpoint\":\"https://login/token\",\"generation\":"
        + generation
        + "}";
  }

  private static String page(JournalLines told, double second) {
    return ReportPage.of(told.story(second), new LocalClock(ZoneOffset.UTC), null);
  }

  private static int count(String page, String part) {
    String chart = page.substring(0, page.indexOf("class=\"legend\""));
    return chart.split(part, -1).length - 1;
  }

  @Test
  void aProfileThatIsDefinedAnewIsOneRow() {
    JournalLines told =
        new JournalLines()
            .run(0, "run_started")
            .minted(1, 1, "first", 600)
            .of(2, "demo")
            .minted(20, 1, "first", 600)
            .minted(40, 2, "ahead", 600);
    RunHistory history = told.story(50);
    assertEquals(Arrays.asList("profile 'demo'"), titles(history));
    CredentialHistory row = history.credentials().get(0);
    assertEquals(3, row.tokens().size());
    assertEquals(2, row.newest().generation());
    assertEquals(JournalLines.time(20), row.tokens().get(0).to(), "the first definition's token");
    assertEquals(2, row.mints().get("first"));
    assertEquals(1, row.mints().get("ahead"));
  }

  @Test
  void clientsOfOneProfileAreRowsWithNumbers() {
    JournalLines told =
        new JournalLines()
            .run(0, "run_started")
            .minted(1, 1, "first", 20)
            .of(2, "demo")
            .minted(2, 1, "first", 20)
            .of(1, "demo")
            .minted(18, 2, "ahead", 20);
    assertEquals(Arrays.asList("profile 'demo' (1)", "profile 'demo' (2)"), titles(told.story(19)));
  }

  @Test
  void aRenamedProfileHasItsNewNameAndOneOfAnotherPlanIsNotShown() {
    JournalLines told =
        new JournalLines()
            .of(1, "default")
            .minted(1, 4, "first", 3600)
            .of(2, "elsewhere")
            .minted(2, 7, "first", 3600)
            .run(10, "run_started");
    assertEquals(Arrays.asList("profile 'genesys'"), titles(seen(told, 12, status("genesys", 4))));
    told.of(1, "default").at(15, "rejected", "generation=4", "count=1", JournalLines.until(15));
    assertEquals(Arrays.asList("profile 'genesys'"), titles(seen(told, 16, status("genesys", 4))));
    assertEquals(
        Arrays.asList("profile 'default'"),
        titles(seen(told, 16, status("default", 4), status("genesys", 4))),
        "where both are used, the token is the first one's");
  }

  @Test
  void anotherClientsTokenOfTheSameNumberIsNotTakenForTheRenamedOne() {
    JournalLines told =
        new JournalLines()
            .of(1, "default")
            .minted(1, 1, "first", 3600)
            .run(10, "run_started")
            .of(2, "genesys")
            .minted(12, 1, "first", 3600);
    RunHistory history = seen(told, 15, status("genesys", 1));
    assertEquals(Arrays.asList("profile 'genesys'"), titles(history));
    assertEquals(1, history.credentials().get(0).tokens().size());
  }

  @Test
  void gatesThatWereClosedWhenTheRunBeganAreDrawn() {
    JournalLines told =
        new JournalLines()
            .minted(1, 1, "first", 3600)
            .at(2, "api_gate", "origin=https://api", "count=1", JournalLines.until(5))
            .at(6, "api_gate", "origin=https://api", "count=1", JournalLines.until(40))
            .at(7, "token_gate", "count=1", JournalLines.until(45))
            .run(10, "run_started");
    String page = page(told, 60);
    assertEquals(1, count(page, "<rect class=\"api\""), "the one that is over is not");
    assertEquals(1, count(page, "<rect class=\"gate\""));
    JournalLines alone =
        new JournalLines()
            .at(7, "token_gate", "count=1", JournalLines.until(45))
            .run(10, "run_started");
    assertEquals(1, count(page(alone, 60), "<rect class=\"gate\""), "without a token too");
  }

  @Test
  void afterARefusalForGoodNoThreadWaits() {
    JournalLines told =
        new JournalLines()
            .run(0, "run_started")
            .at(1, "sent", "reason=first")
            .at(3, "refused", "cause=CREDENTIAL_REJECTED", "status=401", "words=invalid_client")
            .at(3.1, "waited", "count=50", "longest=2100", JournalLines.until(60))
            .at(65, "waited", "count=900", "longest=1000", JournalLines.until(120));
    RunHistory history = told.story(130);
    String page = ReportPage.of(history, new LocalClock(ZoneOffset.UTC), null);
    assertEquals(1, count(page, "<rect class=\"wait\""), "held threads are no waiting threads");
    CredentialHistory row = history.credentials().get(0);
    assertEquals(JournalLines.time(3), row.waitSpans.get(0).to, "it ends with the refusal");
    assertEquals("failed", row.state(JournalLines.time(130)));
    assertEquals(1, row.failed());
    assertEquals("invalid_client", row.lastRefusal().text("words"));
    assertFalse(page.contains("900 threads had waited"), page);
    told.at(140, "sent", "reason=first")
        .at(141, "waited", "count=3", "longest=900", JournalLines.until(141));
    assertEquals(2, told.story(150).credentials().get(0).waitSpans.size(), "asked again");
    assertTrue(
        told.story(150).credentials().get(0).state(JournalLines.time(150)).equals("fetching"));
  }
}
