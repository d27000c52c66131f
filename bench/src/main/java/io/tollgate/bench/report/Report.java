package io.tollgate.bench.report;

import io.tollgate.bench.plans.PlanSection;
import io.tollgate.bench.start.StartSection;
import io.tollgate.bench.waves.ColdStartSection;
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
  /** The directory of the charts, beside the page. */
  static final String CHARTS = "benchmarks";

  private static final String PREFACE =
      """
# Benchmarks

**In short.** Each sample of a load test reads the token. A read costs tens of nanoseconds, with one thread and with 500; the
elements around it in a plan cost microseconds; a request over the network takes milliseconds. So the cost of a read does not matter.
Three other things do: what a *script* costs before each sample (it takes processor time from the load), what threads do when a token
expires (they stall, or all fetch), and whether hundreds of threads contend. Each table has the goals, met or not.

The cost of a token, compared with the libraries people use today, on one machine. `make bench` measures everything again and writes
this page; `BENCH=quick make bench` measures with less precision. No number here is typed by hand. The code is in [`bench`](../bench);
it is not shipped.

""";

  private Report() {}

  /** The chapters in order, a class each. */
  static List<Section> sections(Path charts) {
    return List.of(
        new MachineSection(),
        new GoalsSection(),
        new HotPathSection(charts),
        new JMeterSection(charts),
        new ColdStartSection(),
        new StormsSection(),
        new RefreshesSection(),
        new PlanSection(),
        new ManyUsersSection(),
        new FleetStoreSection(),
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
