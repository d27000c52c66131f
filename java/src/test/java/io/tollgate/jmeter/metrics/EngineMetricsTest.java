package io.tollgate.jmeter.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.jmeter.monitor.MonitorFeed;
import io.tollgate.jmeter.monitor.MonitorFeeds;
import io.tollgate.jmeter.report.JournalLines;
import io.tollgate.run.Journal;
import io.tollgate.testing.LogLines;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import io.tollgate.testing.Until;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the engine did, as figures: counted once, few series, no secrets. */
class EngineMetricsTest {
  @BeforeAll
  static void ready() {
    Plugin.ready();
  }

  private static JournalLines story(int rejections) {
    return new JournalLines()
        .run(0, "run_started")
        .minted(2, 1, "first", 120)
        .at(5, "rejected", "generation=1", "age=3000", "count=" + rejections, until(6))
        .at(5, "rejection_ignored", "generation=1", "count=2", until(6))
        .at(5, "unattributed", "count=3", until(6))
        .minted(6, 2, "rejected", 120)
        .of(2, "slow")
        .at(7, "sent", "reason=first")
        .at(8, "refused", "cause=UNREACHABLE", "elapsed_ns=7000000000", "words=\"x\"")
        .at(9, "refused", "cause=THROTTLED_UNTIL", "elapsed_ns=20000000", "words=429")
        .at(9, "token_gate", "count=1", until(60))
        .at(9, "api_gate", "origin=https://api", "count=1", until(20));
  }

  private static String until(double second) {
    return JournalLines.until(second);
  }

  /** Of a made-up journal, seen ten seconds after its begin. */
  private static EngineMetrics of(LongFunction<Journal.Page> journal) {
    return new EngineMetrics(
        journal, MonitorFeeds.from(journal), () -> JournalLines.time(10), new ProfileLabels());
  }

  @Test
  void whatTheJournalSaysAsPrometheusReadsIt() {
    String text = of(after -> story(40).page()).prometheus();
    for (String sample :
        new String[] {
          "# TYPE tollgate_mints_total counter",
          "tollgate_mints_total{profile=\"demo\",reason=\"first\"} 1",
          "tollgate_mints_total{profile=\"demo\",reason=\"rejected\"} 1",
          "tollgate_mints_total{profile=\"demo\",reason=\"ahead\"} 0",
          "tollgate_token_requests_total{profile=\"demo\",outcome=\"minted\"} 2",
          "tollgate_token_requests_total{profile=\"slow\",outcome=\"failed\"} 1",
          "tollgate_token_requests_total{profile=\"slow\",outcome=\"throttled\"} 1",
          "# TYPE tollgate_token_request_duration_seconds histogram",
          "tollgate_token_request_duration_seconds_bucket{profile=\"demo\",le=\"0.25\"} 0",
          "tollgate_token_request_duration_seconds_bucket{profile=\"demo\",le=\"0.5\"} 2",
          "tollgate_token_request_duration_seconds_bucket{profile=\"demo\",le=\"+Inf\"} 2",
          "tollgate_token_request_duration_seconds_sum{profile=\"demo\"} 1",
          "tollgate_token_request_duration_seconds_count{profile=\"slow\"} 2",
          "tollgate_rejections_total{profile=\"demo\",token=\"current\"} 40",
          "tollgate_rejections_total{profile=\"demo\",token=\"earlier\"} 2",
          "tollgate_rejections_total{profile=\"demo\",token=\"unknown\"} 3",
          "tollgate_gate_closings_total{profile=\"slow\",gate=\"token\"} 1",
          "tollgate_gate_closings_total{profile=\"slow\",gate=\"api\"} 1",
          "tollgate_gate_remaining_seconds{profile=\"slow\",gate=\"token\"} 50",
          "tollgate_gate_remaining_seconds{profile=\"slow\",gate=\"api\"} 10",
          "tollgate_token_remaining_seconds{profile=\"demo\"} 115.5",
          "tollgate_journal_entries_lost_total 0",
        }) {
      assertTrue(text.contains(sample + "\n"), sample + " in\n" + text);
    }
  }

  @Test
  void anEntryThatGrowsIsCountedByWhatItGrew() {
    JournalLines[] told = {story(3)};
    EngineMetrics metrics = of(after -> told[0].pageAfter(after));
    String current = "tollgate_rejections_total{profile=\"demo\",token=\"current\"} ";
    assertTrue(metrics.prometheus().contains(current + "3\n"));
    told[0] = story(10);
    metrics.prometheus();
    String text = metrics.prometheus();
    assertTrue(text.contains(current + "10\n"), text);
    assertTrue(text.contains("tollgate_mints_total{profile=\"demo\",reason=\"first\"} 1\n"), text);
  }

  @Test
  void entriesThatWereLostAreCountedOnceHoweverOftenTheRestIsRead() {
    LongFunction<Journal.Page> journal =
        after -> {
          long kept = Math.max(after, 500);
          String[] page = {
            "lost=" + (kept - after) + "\tlast=501\tgrows=60000",
            "number=501\tat=" + JournalLines.time(9) + "\tkind=run_ended"
          };
          return Journal.page(page);
        };
    EngineMetrics metrics = of(journal);
    metrics.prometheus();
    String text = metrics.prometheus();
    assertTrue(text.contains("tollgate_journal_entries_lost_total 500\n"), text);
    MonitorFeed feed = MonitorFeeds.from(journal);
    feed.look(JournalLines.time(10));
    assertEquals(500, feed.look(JournalLines.time(10)).history().lost());
  }

  @Test
  void whatWasCountedBeforeARunIsNotSentAsOfIt() {
    JournalLines told = story(40);
    EngineMetrics metrics = of(told::pageAfter);
    assertEquals(1, sent(new IntervalFigures(metrics)).get("mints{profile=demo, reason=first}"));
    metrics.runEnded();
    IntervalFigures second = new IntervalFigures(metrics);
    told.of(1, "demo").minted(9.5, 3, "expired", 60).minted(9.6, 4, "expired", 60);
    Map<String, Double> sent = sent(second);
    assertEquals(2, sent.get("mints{profile=demo, reason=expired}"), sent.toString());
    assertEquals(2, sent.get("token_request_duration_seconds_count{profile=demo}"));
    assertEquals(1, sent.get("token_request_duration_seconds_sum{profile=demo}"), 1e-9);
    assertEquals(50, sent.get("gate_remaining_seconds{profile=slow, gate=token}"));
    assertFalse(sent.containsKey("mints{profile=demo, reason=first}"), sent.toString());
    sent = sent(second);
    assertFalse(sent.toString().contains("mints"), sent.toString());
    assertTrue(sent.containsKey("token_remaining_seconds{profile=demo}"), sent.toString());
  }

  private static Map<String, Double> sent(IntervalFigures figures) {
    Map<String, Double> sent = new TreeMap<>();
    figures.give((name, labels, value) -> sent.put(name + labels, value));
    return sent;
  }

  @Test
  void aStoreHasFiguresOnceItWasAsked() {
    assertFalse(of(after -> story(1).page()).prometheus().contains("store"));
    String of = "\tcredential=1\tprofile=demo\ttitle=profile 'demo'\tendpoint=https://login\tkind=";
    String[] page = {
      "lost=0\tlast=2\tgrows=60000\tstore_bounds_us=500,2500\tstore_counts=3,2,1\tstore_ns=7500000",
      "number=1\tat=" + JournalLines.time(1) + of + "shared\tgeneration=1\tlifetime=60000",
      "number=2\tat=" + JournalLines.time(2) + of + "store_silent",
    };
    String text = of(after -> Journal.page(page)).prometheus();
    for (String sample :
        new String[] {
          "tollgate_store_outcomes_total{profile=\"demo\",outcome=\"token\"} 1",
          "tollgate_store_outcomes_total{profile=\"demo\",outcome=\"silent\"} 1",
          "tollgate_store_request_duration_seconds_bucket{le=\"0.0005\"} 3",
          "tollgate_store_request_duration_seconds_bucket{le=\"0.0025\"} 5",
          "tollgate_store_request_duration_seconds_bucket{le=\"+Inf\"} 6",
          "tollgate_store_request_duration_seconds_sum 0.0075",
          "tollgate_store_request_duration_seconds_count 6",
          "tollgate_token_remaining_seconds{profile=\"demo\"} 51",
        }) {
      assertTrue(text.contains(sample + "\n"), sample + " in\n" + text);
    }
  }

  @Test
  void aJMeterThatSendsOtherwiseIsOneWarningAndItsOwnFiguresGoOn() {
    MetricsSender none = new MetricsSender(this, EngineMetricsTest.class, String.class);
    IntervalFigures figures = new IntervalFigures(of(story(1)::pageAfter));
    Level before = LogManager.getRootLogger().getLevel();
    Configurator.setRootLevel(Level.WARN);
    try (LogLines log = new LogLines()) {
      figures.give((name, labels, value) -> none.add(name));
      figures.give((name, labels, value) -> none.add(name));
      assertEquals(1, log.with("WARN Tollgate's figures can't be sent").size());
    } finally {
      Configurator.setRootLevel(before);
    }
  }

  @Test
  void profilesBeyondAHundredAreOneSeries() {
    JournalLines told = new JournalLines().run(0, "run_started");
    for (int n = 1; n <= 300; n++) {
      told.of(n, "made-" + n).minted(1, 1, "first", 60);
    }
    String text = of(after -> told.page()).prometheus();
    Matcher profiles = Pattern.compile("profile=\"(made-[^\"]+|\\(others\\))\"").matcher(text);
    Set<String> values = new TreeSet<>();
    while (profiles.find()) {
      values.add(profiles.group(1));
    }
    assertEquals(101, values.size(), values.toString());
    assertTrue(text.contains("mints_total{profile=\"(others)\",reason=\"first\"} 200\n"), text);
  }

  @Test
  void clientsOfAProfileAreItsFiguresAndNoSecretIsAmongThem() throws InterruptedException {
    try (TokenServer tokens = new TokenServer()) {
      Map<String, Object> settings = new HashMap<>(tokens.settings());
      settings.keySet().removeAll(Arrays.asList("client_id", "client_secret"));
      String name = Plugin.newName();
      Credential profile = Tollgate.define(name, settings);
      ProfileLabels labels = new ProfileLabels();
      labels.of(name);
      EngineMetrics metrics =
          new EngineMetrics(
              Journal::read, MonitorFeed.ofThisJvm(), System::currentTimeMillis, labels);
      for (int n = 0; n < 200; n++) {
        profile.forClient("client-" + n, "secret-" + n).token();
      }
      tokens.hold();
      Thread waits = new Thread(profile.forClient("client-200", "secret-200")::token);
      waits.start();
      String waiting = "tollgate_waiting_threads{profile=\"" + name + "\",cause=\"token\"} ";
      Until.holds("it waits", () -> metrics.prometheus().contains(waiting + "1\n"));
      assertFalse(metrics.prometheus().contains("client-"), metrics.prometheus());
      tokens.release();
      waits.join();
      // The engine hands a token out and enters it into the journal next, which may be later.
      String minted = "tollgate_mints_total{profile=\"" + name + "\",reason=\"first\"} 201\n";
      Until.holds("the entry of the last", () -> metrics.prometheus().contains(minted));
      String text = metrics.prometheus();
      for (String sample :
          new String[] {
            "tollgate_mints_total{profile=\"" + name + "\",reason=\"first\"} 201",
            "tollgate_token_requests_total{profile=\"" + name + "\",outcome=\"minted\"} 201",
            "tollgate_wait_duration_seconds_count{profile=\"" + name + "\",cause=\"token\"} 201",
          }) {
        assertTrue(text.contains(sample + "\n"), sample + " in\n" + text);
      }
      assertEquals(201, tokens.requests());
      assertTrue(text.contains(waiting + "0\n"), text);
      for (String secret : new String[] {"client-", "secret-", tokens.token(1)}) {
        assertFalse(text.contains(secret), secret);
      }
    }
  }
}
