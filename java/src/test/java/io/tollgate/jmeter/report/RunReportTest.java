package io.tollgate.jmeter.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;

class RunReportTest {
  @Test
  void jobsSideBySideMayHavePagesOfTheirOwn() {
    LocalDateTime now = LocalDateTime.of(2026, 11, 29, 7, 5, 9);
    assertEquals("out/4711-20261129-070509.html", RunReport.filled("out/%p-%t.html", "4711", now));
    assertEquals("plain.html", RunReport.filled("plain.html", "4711", now));
  }
}
