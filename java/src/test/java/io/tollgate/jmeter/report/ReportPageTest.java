package io.tollgate.jmeter.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.Contrast;
import io.tollgate.text.LocalClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportPageTest {
  @TempDir Path directory;

  private static String page(JournalLines told) {
    return ReportPage.of(told.story(60), new LocalClock(ZoneOffset.UTC), null);
  }

  @Test
  void serverTextIsEscaped() {
    String words = "<script>alert(1)</script><img src=x onerror='alert(2)'> \"&amp;";
    String page =
        page(
            new JournalLines()
                .run(0, "run_started")
                .of(1, "</title><b>x")
                .at(1, "refused", "cause=PROTOCOL", "words=" + words)
                .at(2, "api_gate", "origin=\"><b>", "count=1", JournalLines.until(3)));
    for (String live : new String[] {"<script", "<img", "<b>", "onerror='"}) {
      assertFalse(page.contains(live), live + " in " + page);
    }
    assertTrue(page.contains("&lt;script&gt;alert(1)"), page);
    assertTrue(page.contains("&quot;&amp;amp;"), page);
  }

  @Test
  void nothingIsLoadedAndNothingRuns() {
    String page = page(new JournalLines().run(0, "run_started").minted(1, 1, "first", 60));
    for (String loads : new String[] {"src=", "href=", "url(", "@import", "http://", "<script"}) {
      assertFalse(page.contains(loads), loads);
    }
    assertTrue(page.contains("default-src 'none'"), page);
    assertTrue(page.contains("prefers-color-scheme: dark"), page);
  }

  @Test
  void theDrawingHasABarForEachTokenAndACrossWhereOneWasRevoked() {
    String page =
        page(
            new JournalLines()
                .run(0, "run_started")
                .minted(1, 1, "first", 30)
                .minted(20, 2, "ahead", 30)
                .at(25, "rejected", "generation=2", "age=5000", "count=3", JournalLines.until(26))
                .minted(26, 3, "rejected", 30)
                .at(27, "token_gate", "count=1", JournalLines.until(30))
                .run(60, "run_ended"));
    String chart = page.substring(0, page.indexOf("class=\"legend\""));
    assertEquals(3, chart.split("<rect class=\"bar ", -1).length - 1, page);
    assertEquals(2, chart.split("<line class=\"cross\"", -1).length - 1, page);
    assertEquals(1, chart.split("<rect class=\"gate\"", -1).length - 1, page);
    assertTrue(page.contains("token 2 (ahead), 10:00:20 to 10:00:25, revoked"), page);
    assertTrue(page.contains("token 1 (first), 10:00:01 to 10:00:20, replaced"), page);
    assertTrue(page.contains("token 3 (rejected), 10:00:26 to 10:00:55, expired"), page);
    assertTrue(
        page.contains(
            "<th scope=\"row\">demo</th><td>3</td><td>3</td><td>1</td><td>1</td><td>1</td>"));
  }

  @Test
  void manyCredentialsAreCountedAndThoseWithMostToTellAreDrawn() {
    JournalLines told = new JournalLines().run(0, "run_started");
    for (int i = 1; i <= 100; i++) {
      told.of(i, "p" + i).minted(i / 2.0, 1, "first", 30);
    }
    told.of(77, "p77").at(51, "expired", "generation=1");
    String page = page(told);
    assertEquals(ReportPage.MOST_ROWS, page.split("<text class=\"row\"", -1).length - 1);
    assertTrue(page.contains(">profile &#39;p77&#39;</text>"), page);
    assertEquals(101, page.split("<tr>", -1).length - 1);
  }

  @Test
  void whereItGoes() {
    assertEquals("tollgate-report.html", RunReport.where(null, true));
    assertEquals("tollgate-report.html", RunReport.where(" ", true));
    assertEquals(null, RunReport.where(null, false), "in the GUI only where it is asked for");
    assertEquals("a.html", RunReport.where("a.html ", false));
    assertEquals(null, RunReport.where("OFF", true));
  }

  @Test
  void aReportReplacesAReportAndNothingElse() throws IOException {
    Path file = directory.resolve("report.html");
    String page = page(new JournalLines().run(0, "run_started").minted(1, 1, "first", 60));
    RunReport.write(file, page);
    RunReport.write(file, page + "<!-- second -->");
    String written = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    assertTrue(written.endsWith("<!-- second -->"), written);
    Path mine = directory.resolve("mine.html");
    Files.write(mine, "<!DOCTYPE html>my notes".getBytes(StandardCharsets.UTF_8));
    assertThrows(IOException.class, () -> RunReport.write(mine, page));
    assertEquals("<!DOCTYPE html>my notes", Files.readAllLines(mine).get(0));
    assertThrows(
        IOException.class, () -> RunReport.write(directory.resolve("none/report.html"), page));
    try (java.util.stream.Stream<Path> left = Files.list(directory)) {
      assertEquals(2, left.count(), "nothing half-written stays");
    }
  }

  @Test
  void aLongAccountIsFoldedByWhatHappened() {
    JournalLines told = new JournalLines().run(0, "run_started").minted(1, 1, "first", 600);
    for (int i = 0; i < ReportPage.MOST_UNFOLDED / 2; i++) {
      told.at(2 + i, "unattributed", "count=3", JournalLines.until(2 + i));
    }
    assertFalse(page(told).contains("<details>"), page(told));
    for (int i = 0; i < 300; i++) {
      told.at(30 + i / 20.0, "token_gate", "count=1", JournalLines.until(40));
    }
    String page = page(told);
    for (String head :
        new String[] {
          "<summary>Tokens minted: 1, 10:00:01 to 10:00:01</summary>",
          "<summary>Answers 401 of the API: 20, 10:00:02 to 10:00:21</summary>",
          "<summary>Gates that closed: 300, 10:00:30 to 10:00:44</summary>",
          "… and 100 things more."
        }) {
      assertTrue(page.contains(head), head + " in " + page);
    }
  }

  /** WCAG 2.1: 4.5 for words, 3 for shapes, in the light and the dark look. */
  @Test
  void wordsAndShapesCanBeSeenInBothLooks() {
    String css = PageStyle.css();
    assertTrue(page(new JournalLines()).contains(css), "the report has it");
    Map<String, Integer> light = colours(css.substring(0, css.indexOf("@media")));
    Map<String, Integer> dark = new HashMap<>(light);
    dark.putAll(colours(css.substring(css.indexOf("dark)"))));
    for (Map<String, Integer> look : Arrays.asList(light, dark)) {
      for (String ground : new String[] {"page", "panel"}) {
        for (String words : new String[] {"ink", "dim", "link"}) {
          atLeast(4.5, look, words, ground);
        }
        for (String shape : new String[] {"red", "amber", "wait", "odd", "api-frame"}) {
          atLeast(shape.equals("odd") ? 2.9 : 3, look, shape, ground);
        }
      }
      atLeast(4.5, look, "number", "odd");
      atLeast(4.5, look, "number", "even");
    }
  }

  private static Map<String, Integer> colours(String css) {
    Map<String, Integer> colours = new HashMap<>();
    Matcher matcher = Pattern.compile("--([a-z0-9-]+): #([0-9a-f]{3,6});").matcher(css);
    while (matcher.find()) {
      String hex = matcher.group(2);
      String full = hex.length() == 3 ? hex.replaceAll("(.)", "$1$1") : hex;
      colours.put(matcher.group(1), Integer.parseInt(full, 16));
    }
    return colours;
  }

  private static void atLeast(double ratio, Map<String, Integer> look, String one, String other) {
    double contrast = Contrast.of(look.get(one), look.get(other));
    assertTrue(contrast >= ratio, one + " on " + other + ": " + contrast + " " + look);
  }
}
