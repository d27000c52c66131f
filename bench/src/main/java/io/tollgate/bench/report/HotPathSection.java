package io.tollgate.bench.report;

import io.tollgate.bench.report.ReadMethod.Kind;
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

/** One read of a live token, each method, alone and with others. */
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
Nanoseconds of one core, by JMH: the median of all iterations of all JVMs, and the minimum and maximum. Tokens have 900 characters.
Libraries that return the bare token include `"Bearer " +`, as their callers do. Rows in *italics* check no expiry: they are lower
bounds.

"""
            .stripIndent());
    to.write(ReadingTable.of(run, SHOWN, List.of(1, 2)));
    many(to, run);
    to.write(
        "\n"
            + new ReadingTable.Chart(title(), "hot-path.svg")
                .series("1 thread", method -> run.of(method, 1))
                .series("64 threads", method -> run.together(method, 64))
                .write(run, SHOWN, charts));
  }

  private static void many(Writer to, HotPathResults run) throws IOException {
    List<ReadMethod> methods =
        Arrays.stream(ReadMethod.values())
            .filter(method -> run.together(method, 2).isPresent())
            .toList();
    if (methods.isEmpty()) {
      return;
    }
    to.write(
        """

With more threads than cores a thread waits for a core during a read; the cost on a core grows only by contention. So one window counts
all reads of all threads, instead of adding up threads that ran at different times. The median of the windows, minimum and maximum. The
last two columns are the throughput of all threads relative to 2 threads.

"""
            .stripIndent());
    Table table =
        new Table(
            List.of("ns a read", "2 threads", "64 threads", "500 threads", "64 : 2", "500 : 2"));
    for (ReadMethod method : methods) {
      table.row(
          List.of(
              method.label(),
              text(run.together(method, 2), Reading::nanos),
              text(run.together(method, 64), Reading::nanos),
              text(run.together(method, 500), Reading::nanos),
              text(run.against2(method, 64), Numbers::short3),
              text(run.against2(method, 500), Numbers::short3)));
    }
    to.write(table.markdown());
  }

  private static <T> String text(Optional<T> measured, Function<T, String> text) {
    return measured.map(text).orElse(NONE);
  }
}
