package io.tollgate.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page for raw results with known values. */
final class HotPathReportTest {
  private static final String HOT_PATH = "io.tollgate.bench.hotpath.";

  @TempDir Path raw;

  @BeforeEach
  void twoCores() throws IOException {
    Files.writeString(raw.resolve("machine.json"), "{\"cores\":2,\"cpu\":\"c\",\"load\":0.1}");
  }

  /** A JMH result: reads a second of each iteration of two JVMs. */
  private static String run(
      String benchmark, int threads, double first, double second, double bytes) {
    String[] name = benchmark.split(":");
    String peer = name.length > 1 ? ",\"params\":{\"peer\":\"" + name[1] + "\"}" : "";
    return String.format(
        Locale.ROOT,
        "{\"benchmark\":\"%s\",\"threads\":%d%s,\"primaryMetric\":{\"rawData\":[[%f],[%f]]},"
            + "\"secondaryMetrics\":{\"gc.alloc.rate.norm\":{\"score\":%f}}}",
        HOT_PATH + name[0],
        threads,
        peer,
        first,
        second,
        bytes);
  }

  private void results(int threads, String... runs) throws IOException {
    Files.writeString(raw.resolve("hot-path-" + threads + ".json"), List.of(runs).toString());
  }

  /** Of all threads within one window. */
  private void together(String... runs) throws IOException {
    Files.writeString(raw.resolve("many-threads.json"), List.of(runs).toString());
  }

  private String page() throws IOException {
    return Report.page(Report.sections(raw), raw);
  }

  /** The line of a goal that begins so. */
  private String goal(String start) throws IOException {
    return page().lines().filter(line -> line.startsWith("| " + start)).findFirst().orElseThrow();
  }

  @Test
  void whatWasNotRunIsSaidNotToHaveBeen() throws IOException {
    Files.delete(raw.resolve("machine.json"));
    String page = page();
    assertEquals(
        Report.sections(raw).size(), page.split(Section.NOT_RUN.trim(), -1).length - 1, page);
  }

  @Test
  void aReadTakesTimeOfACoreHoweverManyThreadsShareIt() throws IOException {
    results(1, run("TollgateReads.held", 1, 50e6, 40e6, 0));
    results(2, run("TollgateReads.held", 2, 100e6, 80e6, 24));
    together(run("TollgateReads.held", 64, 100e6, 80e6, 0));
    HotPathResults read = HotPathResults.read(raw);
    assertEquals(new Reading(22.5, 20, 25, 0), read.of(ReadMethod.HELD, 1).orElseThrow());
    assertEquals(new Reading(22.5, 20, 25, 24), read.of(ReadMethod.HELD, 2).orElseThrow());
    assertEquals(new Reading(22.5, 20, 25, 0), read.together(ReadMethod.HELD, 64).orElseThrow());
    assertEquals("22.5 (20.0–25.0)", read.of(ReadMethod.HELD, 1).orElseThrow().nanos());
    assertTrue(goal("a read allocates").contains("24 B"), page());
    assertTrue(goal("a read allocates").contains("not met"), page());
  }

  @Test
  void goalsAreMetAtTheirBoundAndMissedBeyondIt() throws IOException {
    results(
        1, run("TollgateReads.held", 1, 40e6, 40e6, 0), run("Floors.nanoTime", 1, 50e6, 50e6, 0));
    assertTrue(goal("`credential.authorization()`").contains("25.0 = 20.0 + 5.00 ns"), page());
    assertFalse(goal("`credential.authorization()`").contains("not met"), page());
    results(
        1, run("TollgateReads.held", 1, 39e6, 39e6, 0), run("Floors.nanoTime", 1, 50e6, 50e6, 0));
    assertTrue(goal("`credential.authorization()`").contains("not met"), page());
  }

  @Test
  void thePeerThatIsAheadIsNamedAndAFloorIsNone() throws IOException {
    String held = run("TollgateReads.held", 1, 40e6, 40e6, 0);
    String slow = run("PeerReads.read:aws", 1, 20e6, 20e6, 0);
    results(1, held, slow, run("Floors.volatileRead", 1, 1e9, 1e9, 0));
    String goal = goal("no peer that looks at the clock is ahead, 1 thread ");
    assertTrue(goal.contains("AWS") && !goal.contains("not met"), goal);
    results(1, held, slow, run("PeerReads.read:map", 1, 41e6, 41e6, 0));
    goal = goal("no peer that looks at the clock is ahead, 1 thread ");
    assertTrue(goal.contains("ConcurrentHashMap") && goal.contains("not met"), goal);
  }

  @Test
  void manyThreadsAreMeasuredAgainstTwo() throws IOException {
    results(1, run("Floors.nanoTime", 1, 50e6, 50e6, 0));
    String two = run("TollgateReads.held", 2, 100e6, 100e6, 0);
    String many = run("TollgateReads.held", 500, 94e6, 94e6, 0);
    together(two, many);
    assertTrue(goal("500 threads together").contains("0.94"), page());
    assertTrue(goal("500 threads together").contains("not met"), page());
    assertTrue(goal("64 threads together").contains("not run"), page());
  }

  @Test
  void moreThreadsThanCoresAreJudgedByOneWindowAndNeverByJmh() throws IOException {
    results(
        64,
        run("TollgateReads.held", 64, 40e6, 40e6, 0),
        run("PeerReads.read:synchronized", 64, 400e6, 400e6, 0));
    assertTrue(goal("a synchronized singleton is ≥ 3 × behind, 64").contains("not run"), page());
    String held = run("TollgateReads.held", 64, 60e6, 60e6, 0);
    together(held, run("PeerReads.read:synchronized", 64, 20e6, 20e6, 0));
    String behind = goal("a synchronized singleton is ≥ 3 × behind, 64");
    assertTrue(behind.contains("3.00 ×") && !behind.contains("not met"), behind);
    String ahead = goal("no peer that looks at the clock is ahead, 64 threads");
    assertTrue(ahead.contains("33.3 against 100 ns") && !ahead.contains("not met"), ahead);
    together(held, run("PeerReads.read:synchronized", 64, 21e6, 21e6, 0));
    assertTrue(goal("a synchronized singleton is ≥ 3 × behind, 64").contains("not met"), page());
  }

  @Test
  void aScriptIsComparedWithTheElementThatDoesWithoutOne() throws IOException {
    String recipe = run("PreProcessing.recipe", 1, 20e3, 20e3, 0);
    String java = run("PreProcessing.authorize", 1, 20e6, 20e6, 0);
    results(1, recipe, java, run("PreProcessing.element", 1, 2e6, 2e6, 0));
    String goal = goal("the element Tollgate Authorization is ≥ 100 × cheaper");
    assertTrue(goal.contains("100 ×") && !goal.contains("not met"), goal);
    results(1, recipe, java, run("PreProcessing.element", 1, 1.9e6, 1.9e6, 0));
    assertTrue(goal("the element Tollgate Authorization").contains("not met"), page());
  }

  @Test
  void chartsAreWellFormedAndNeedNothingFromElsewhere() throws Exception {
    String svg =
        new BarChart("a < b", List.of("1", "2"))
            .group("x & y", true, List.of(0.4, 1200.0))
            .group("none", false, List.of(Double.NaN, 3.0))
            .svg();
    Path file = Files.writeString(raw.resolve("chart.svg"), svg);
    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    assertEquals(2 + 3, svg.split("<rect").length - 1, "two in the legend, three with a value");
    assertFalse(svg.replace("http://www.w3.org/2000/svg", "").contains("http"), svg);
    assertTrue(svg.contains("prefers-color-scheme:dark"), svg);
  }
}
