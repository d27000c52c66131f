package io.tollgate.jmeter.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.run.Journal;
import io.tollgate.text.LocalClock;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunSentencesTest {
  private static final LocalClock SPOKEN = new LocalClock(ZoneOffset.UTC);

  private static List<String> account(JournalLines told) {
    return RunSentences.of(told.story(600), SPOKEN);
  }

  @Test
  void aRunWithARevocationIsDescribedWordForWord() {
    JournalLines told =
        new JournalLines()
            .run(0, "run_started")
            .minted(1, 11, "first", 600)
            .at(1, "waited", "count=40", "longest=520", JournalLines.until(1))
            .minted(133, 12, "ahead", 600)
            .at(137, "rejected", "generation=12", "age=4000", "count=40", JournalLines.until(138))
            .minted(137.81, 13, "rejected", 600)
            .run(200, "run_ended");
    assertEquals(
        Arrays.asList(
            "At 10:00:01 profile 'demo' got its first token, after 500 ms; it lives 10 min.",
            "At 10:00:01 40 threads had waited for a token of profile 'demo', the longest 520 ms.",
            "Until 10:02:13 profile 'demo' was given one token ahead of need, while the one before"
                + " still served; the slowest took 500 ms.",
            "At 10:02:17 the API answered 401 to token 12 of profile 'demo', 4 s after it was"
                + " minted and 9.9 min before its time: the server had revoked it. 40 requests were"
                + " answered so, the last at 10:02:18; one refresh brought token 13 at 10:02:17,"
                + " 810 ms later."),
        account(told));
  }

  @Test
  void tokensThatOtherInjectorsRequestedAreThisOnesToo() {
    JournalLines told =
        new JournalLines()
            .run(0, "run_started")
            .at(1, "shared", "generation=1", "lifetime=600000")
            .at(9, "store_silent")
            .at(20, "rejected", "generation=1", "age=19000", "count=5", JournalLines.until(21))
            .at(21, "sent", "reason=rejected")
            .at(22, "shared", "generation=2", "lifetime=600000");
    CredentialHistory demo = told.story(30).credentials().get(0);
    assertEquals("valid", demo.state(JournalLines.time(30)));
    assertEquals(592_000, demo.remaining(JournalLines.time(30)));
    List<String> account = account(told);
    assertEquals(
        "At 10:00:09 the store was silent, and profile 'demo' requested a token for this injector"
            + " alone.",
        account.get(0));
    assertTrue(
        account.get(1).endsWith("; token 2 came from the store at 10:00:22, 2 s later."),
        account.toString());
    assertEquals(
        "Until 10:00:22 profile 'demo' took 2 tokens from the store, which other injectors had"
            + " requested.",
        account.get(2));
  }

  @Test
  void refreshesThatFailedBeforeOneCameAreCounted() {
    JournalLines told =
        new JournalLines()
            .run(0, "run_started")
            .minted(1, 1, "first", 600)
            .at(5, "rejected", "generation=1", "age=4000", "count=1", JournalLines.until(5))
            .at(5, "sent", "reason=rejected")
            .at(6, "refused", "cause=UNREACHABLE", "words=nobody there")
            .minted(8, 2, "rejected", 600)
            .run(9, "run_ended");
    List<String> account = account(told);
    assertTrue(
        account.get(1).endsWith("; 2 refreshes brought token 2 at 10:00:08, 3 s later."),
        account.toString());
    assertEquals(
        "At 10:00:06 a token request for profile 'demo' failed: nobody there. No token served"
            + " meanwhile.",
        account.get(2));
  }

  @Test
  void limitsOfServersAreDescribedWithTheirEnd() {
    JournalLines told =
        new JournalLines()
            .run(0, "run_started")
            .minted(1, 1, "first", 60)
            .at(30, "refused", "status=429", "cause=THROTTLED_UNTIL", "words=it said 429")
            .at(30, "token_gate", "count=1", JournalLines.until(37))
            .at(38, "refused", "status=429", "cause=THROTTLED_UNTIL", "words=it said 429")
            .at(40, "api_gate", "origin=https://api", "count=50", JournalLines.until(52))
            .at(53, "paused", "count=9", "longest=12000", "total=61000", JournalLines.until(54))
            .run(70, "run_ended");
    assertEquals(
        Arrays.asList(
            "At 10:00:01 profile 'demo' got its first token, after 500 ms; it lives 60 s.",
            "At 10:00:30 the gate to the token endpoint of profile 'demo' closed: no request until"
                + " 10:00:37.",
            "At 10:00:30 a token request for profile 'demo' failed, and 2 in a row until 10:00:38:"
                + " it said 429. Token 1 went on serving.",
            "At 10:00:40 the API https://api asked to be left alone until 10:00:52, in 50 answers"
                + " to profile 'demo'.",
            "At 10:00:53 9 pauses for the API's gate began to end, 61 s in all, the longest"
                + " 12 s: load withheld is not load served."),
        account(told));
  }

  @Test
  void anEarlierRunIsLeftOutButItsTokenStillServes() {
    JournalLines told =
        new JournalLines()
            .run(0, "run_started")
            .minted(1, 1, "first", 600)
            .at(2, "unattributed", "count=7", JournalLines.until(2))
            .run(20, "run_ended")
            .run(30, "run_started");
    RunHistory story = told.story(40);
    assertEquals(
        Collections.singletonList(
            "Nothing happened: a token that was there before served the whole run."),
        RunSentences.of(story, SPOKEN));
    CredentialHistory credential = story.credentials().iterator().next();
    assertEquals(1, credential.newest().generation());
    assertEquals("valid", credential.state(JournalLines.time(40)));
    assertEquals(0, credential.unattributed);
    assertTrue(
        told.story(700).credentials().isEmpty() || JournalLines.time(700) > JournalLines.TEN);
  }

  @Test
  void lostEntriesAreCounted() {
    Journal.Page page = new JournalLines().minted(5, 9, "ahead", 60).page();
    RunHistory story =
        RunHistory.of(page.entries(), 123, JournalLines.time(10), UsedProfiles.any());
    String first = RunSentences.of(story, SPOKEN).get(0);
    assertTrue(first.contains(": 123 older ones are gone"), first);
  }

  @Test
  void aLongRunEndsInANumber() {
    JournalLines told = new JournalLines().run(0, "run_started");
    for (int i = 0; i < 250; i++) {
      told.at(i, "not_the_token", "generation=" + i, "wait=30000");
    }
    List<String> account = account(told);
    assertEquals(201, account.size());
    assertEquals("… and 50 things more.", account.get(200));
  }
}
