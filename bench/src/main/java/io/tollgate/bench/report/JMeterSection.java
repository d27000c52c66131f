package io.tollgate.bench.report;

import io.tollgate.bench.report.Way.Kind;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The same through JMeter: functions in a field, and what runs before a sample. */
final class JMeterSection implements Section {
  private static final Set<Kind> SHOWN = EnumSet.of(Kind.JMETER);

  private final Path charts;

  JMeterSection(Path charts) {
    this.charts = charts;
  }

  @Override
  public String title() {
    return "Through JMeter";
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
A field with a function in it, evaluated as JMeter evaluates it, and what makes a sampler carry a token: from one
without headers to one with. Scripts are compiled once. The property is what a setUp thread group leaves behind:
nobody looks whether it still lives. The recipe keeps a token a thread, in
[`recipe-before.groovy`](../tests/plans/recipe-before.groovy).

"""
            .stripIndent());
    to.write(ReadingTable.of(run, SHOWN, List.of(1, 2, 64)));
    to.write("\n" + ReadingTable.chart(run, SHOWN, charts, "jmeter.svg", title()));
  }
}
