package io.tollgate.bench.report;

import io.tollgate.bench.plans.PlanSection;
import io.tollgate.bench.start.StartSection;
import io.tollgate.bench.waves.HerdSection;
import io.tollgate.bench.waves.RefreshesSection;
import io.tollgate.bench.waves.StormsSection;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.List;

/**
 * Writes docs/benchmarks.md and its charts from the raw results of the last runs. No number on that
 * page is typed by hand.
 */
public final class Report {
  /** Where charts go, beside the page. */
  static final String CHARTS = "benchmarks";

  private static final String PREFACE =
      """
# Benchmarks

**In twenty seconds.** Each sample of a load test reads the token: that costs tens of nanoseconds, in one thread and in
500, and what stands around it in a plan costs microseconds. A request over the network takes milliseconds, so what a read
costs matters to no run. What matters is the rest of this page: what a *script* costs before each sample (it takes
processor time from the load), what your threads do in the moment when a token ends (they stall, or all fetch), and whether
hundreds of threads get in each other's way. Tables name what was wanted, and say so where it was not reached.

What a token costs, against what people use today, on one machine. `make bench` measures all of it again and writes this
page; `BENCH=quick make bench` shows the order of things sooner. No number here is typed by hand. The code is in
[`bench`](../bench); none of it ships.

""";

  private Report() {}

  /** The chapters, in their order. A measurement of one's own gets its own class here. */
  static List<Section> sections(Path charts) {
    return List.of(
        new MachineSection(),
        new GoalsSection(),
        new HotPathSection(charts),
        new JMeterSection(charts),
        new HerdSection(),
        new StormsSection(),
        new RefreshesSection(),
        new PlanSection(),
        new TownSection(),
        new StartSection(),
        new EngineSection(),
        new InstructionsSection());
  }

  /**
   * Writes the page.
   *
   * @param args the directory of raw results, and the page
   */
  public static void main(String[] args) throws IOException {
    Path raw = Paths.get(args[0]);
    Path page = Paths.get(args[1]).toAbsolutePath();
    Path charts = Files.createDirectories(page.resolveSibling(CHARTS));
    Files.writeString(page, page(sections(charts), raw));
    System.out.println("written: " + page);
  }

  static String page(List<Section> sections, Path raw) throws IOException {
    Writer text = new StringWriter();
    text.write(PREFACE.stripIndent());
    for (Section section : sections) {
      text.write("## " + section.title() + "\n\n");
      section.write(text, raw);
      text.write("\n");
    }
    return text.toString().stripTrailing() + "\n";
  }
}
