package io.tollgate.bench.report;

import io.tollgate.bench.report.Way.Kind;
import io.tollgate.tests.Table;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** One read of a live token, each way, alone and with others. */
final class HotPathSection extends HotPathChapter {
  private static final Set<Kind> SHOWN = EnumSet.of(Kind.FLOOR, Kind.TOLLGATE, Kind.PEER);
  private static final String NONE = "not run";

  private final Path charts;

  HotPathSection(Path charts) {
    super("One read of a live token");
    this.charts = charts;
  }

  @Override
  void tell(Writer to, HotPathResults run) throws IOException {
    to.write(
        """
Nanoseconds of one core, by JMH: the median of all iterations of all JVMs, and the least and the most of any. Tokens
have 900 characters. Ways that hand out the bare token pay for `"Bearer " +`, as their callers do. What is in *italics*
hands out no token that anybody looked after: nothing can be quicker.

"""
            .stripIndent());
    to.write(ReadingTable.of(run, SHOWN, List.of(1, 2)));
    many(to, run);
    to.write(
        "\n"
            + new ReadingTable.Chart(title(), "hot-path.svg")
                .series("1 thread", way -> run.of(way, 1))
                .series("64 threads", way -> run.together(way, 64))
                .write(run, SHOWN, charts));
  }

  private static void many(Writer to, HotPathResults run) throws IOException {
    List<Way> ways =
        Arrays.stream(Way.values()).filter(way -> run.together(way, 2).isPresent()).toList();
    if (ways.isEmpty()) {
      return;
    }
    to.write(
        """

With more threads than cores a read takes its thread longer, because it waits for a core; what a read costs a core
grows only by what threads do to each other. So these are not added up from threads that ran at different times:
within one window all reads of all threads are counted. The median of the windows, the least and the most. The last two
columns are what all threads read together, against 2.

"""
            .stripIndent());
    Table table =
        new Table(
            List.of("ns a read", "2 threads", "64 threads", "500 threads", "64 : 2", "500 : 2"));
    for (Way way : ways) {
      table.row(
          List.of(
              way.label(),
              text(run.together(way, 2), Reading::nanos),
              text(run.together(way, 64), Reading::nanos),
              text(run.together(way, 500), Reading::nanos),
              text(run.against2(way, 64), Numbers::short3),
              text(run.against2(way, 500), Numbers::short3)));
    }
    to.write(table.markdown());
  }

  private static <T> String text(Optional<T> measured, Function<T, String> text) {
    return measured.map(text).orElse(NONE);
  }
}
