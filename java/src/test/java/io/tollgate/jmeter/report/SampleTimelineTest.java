package io.tollgate.jmeter.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.cli.jtl.NotAJtl;
import io.tollgate.text.LocalClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleTimelineTest {
  private static final long START = JournalLines.time(0);
  private static final long END = JournalLines.time(220); // a slice is a second

  @TempDir Path directory;
  private StringBuilder jtl;

  @BeforeEach
  void start() {
    jtl =
        new StringBuilder(
            "timeStamp,elapsed,label,responseCode,responseMessage,threadName,success\n");
  }

  private void sample(double second, int elapsed, boolean success) {
    jtl.append(JournalLines.time(second)).append(',').append(elapsed).append(",api,");
    jtl.append(success ? "200,OK" : "401,Unauthorized").append(",t 1-1,").append(success);
    jtl.append('\n');
  }

  private SampleTimeline read() throws Exception {
    Path file = directory.resolve("results.jtl");
    Files.write(file, jtl.toString().getBytes(StandardCharsets.UTF_8));
    return SampleTimeline.read(file, START, END);
  }

  @Test
  void samplesAreCountedWhereTheyEnd() throws Exception {
    sample(-5, 100, true); // of the run before, in the same file
    sample(9.95, 100, true);
    sample(10.2, 100, true);
    sample(10.3, 100, false);
    sample(219.5, 200, true);
    sample(500, 100, true);
    SampleTimeline read = read();
    assertEquals(4, read.samples());
    assertEquals(2, read.good[10]);
    assertEquals(1, read.failed[10]);
    assertEquals(0, read.good[9]);
    assertEquals(1, read.good[219]);
    assertEquals(START + 10_000, read.at(10));
  }

  @Test
  void responseTimesAreKnownToAFewPercent() throws Exception {
    for (int i = 1; i <= 100; i++) {
      sample(30.001 + i / 1000.0, i * 5, true);
    }
    SampleTimeline read = read();
    assertEquals(250, read.millis(30, 0.5), 250 * 0.08);
    assertEquals(475, read.millis(30, 0.95), 475 * 0.08);
    assertEquals(0, read.millis(31, 0.5));
  }

  @Test
  void thePageHasThemAboveTheTokensAndNoChartOfThemWithout() throws Exception {
    sample(10, 100, true);
    sample(11, 4000, false);
    RunHistory history =
        new JournalLines()
            .run(0, "run_started")
            .minted(1, 1, "first", 600)
            .run(220, "run_ended")
            .story(220);
    LocalClock clock = new LocalClock(ZoneOffset.UTC);
    String page = ReportPage.of(history, clock, read());
    assertTrue(page.indexOf("Samples over time") < page.indexOf("Tokens over time"), page);
    assertTrue(page.contains("10:00:10: 1 good, 0 failed, median 9"), page);
    assertTrue(page.contains("<rect class=\"bad\""), page);
    assertFalse(ReportPage.of(history, clock, null).contains("Samples over time"));
  }

  @Test
  void whatIsNoResultFileIsRefused() {
    jtl = new StringBuilder("hello");
    assertThrows(NotAJtl.class, this::read);
  }
}
