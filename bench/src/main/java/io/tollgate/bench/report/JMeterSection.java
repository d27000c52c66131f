package io.tollgate.bench.report;

import io.tollgate.bench.report.ReadMethod.Kind;
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
A field with a function, evaluated as JMeter does, and what gives a sampler without headers its token. Scripts are compiled once. The
property is that of a setUp thread group: nothing checks whether the token has expired. The recipe keeps a token a thread, in
[`recipe-before.groovy`](../tests/plans/recipe-before.groovy). The row in *italics* is JMeter's own cost: a Header Manager with a constant
header.

"""
            .stripIndent());
    to.write(ReadingTable.of(run, SHOWN, List.of(1)));
    to.write(
        "\n"
            + new ReadingTable.Chart(title(), "jmeter.svg")
                .series("1 thread", method -> run.of(method, 1))
                .write(run, SHOWN, charts));
  }
}
