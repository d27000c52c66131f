package io.tollgate.bench.report;

import io.tollgate.bench.report.Way.Kind;
import io.tollgate.tests.Table;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** One read of a live token, each way, alone and with others. */
final class HotPathSection implements Section {
  private static final Set<Kind> SHOWN = EnumSet.of(Kind.FLOOR, Kind.TOLLGATE, Kind.PEER);

  private final Path charts;

  HotPathSection(Path charts) {
    this.charts = charts;
  }

  @Override
  public String title() {
    return "One read of a live token";
  }

  @Override
  public void write(Writer to, Path rawDir) throws IOException {
    HotPathResults run = HotPathResults.read(rawDir);
    if (run.isEmpty()) {
      to.write(NOT_RUN);
      return;
    }
    to.write(
        """
Nanoseconds of one core: the median of all iterations of all JVMs, and the least and the most of any. With more
threads than cores a read takes its thread longer, because it waits for a core; what a read costs a core grows only by
what threads do to each other. Tokens have 900 characters. Ways that hand out the bare token pay for `"Bearer " +`,
as their callers do. What is in *italics* hands out no token that anybody looked after: nothing can be quicker.

"""
            .stripIndent());
    to.write(ReadingTable.of(run, SHOWN, List.of(1, 2, 64)));
    many(to, run);
    to.write("\n" + ReadingTable.chart(run, SHOWN, charts, "hot-path.svg", title()));
  }

  private static void many(Writer to, HotPathResults run) throws IOException {
    if (run.against2(Way.HELD, 500).isEmpty()) {
      return;
    }
    Table table =
        new Table(List.of("all threads together, against 2", "64 threads", "500 threads"));
    for (Way way : List.of(Way.HELD, Way.NAMED)) {
      table.row(List.of(way.label(), against2(run, way, 64), against2(run, way, 500)));
    }
    to.write("\n" + table.markdown());
  }

  private static String against2(HotPathResults run, Way way, int threads) {
    return run.against2(way, threads).map(Numbers::short3).orElse("not run");
  }
}
