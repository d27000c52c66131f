package io.tollgate.bench.report;

import io.tollgate.bench.report.Way.Kind;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The same through JMeter: functions in a field, and what runs before a sample. */
final class JMeterSection extends HotPathChapter {
  private static final Set<Kind> SHOWN = EnumSet.of(Kind.JMETER);

  private final Path charts;

  JMeterSection(Path charts) {
    super("Through JMeter");
    this.charts = charts;
  }

  @Override
  void tell(Writer to, HotPathResults run) throws IOException {
    to.write(
        """
A field with a function in it, evaluated as JMeter evaluates it, and what makes a sampler carry a token: from one
without headers to one with. Scripts are compiled once. The property is what a setUp thread group leaves behind:
nobody looks whether it still lives. The recipe keeps a token a thread, in
[`recipe-before.groovy`](../tests/plans/recipe-before.groovy). The row in *italics* is JMeter's part of it: the sampler
is given a Header Manager with a header that never changes.

"""
            .stripIndent());
    to.write(ReadingTable.of(run, SHOWN, List.of(1)));
    to.write(
        "\n"
            + new ReadingTable.Chart(title(), "jmeter.svg")
                .series("1 thread", way -> run.of(way, 1))
                .write(run, SHOWN, charts));
  }
}
