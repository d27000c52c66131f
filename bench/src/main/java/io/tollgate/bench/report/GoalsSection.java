package io.tollgate.bench.report;

import io.tollgate.tests.Table;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/** The goals of the hot path, met or not. */
final class GoalsSection extends HotPathChapter {
  GoalsSection() {
    super("Goals of the hot path");
  }

  @Override
  void tell(Writer to, HotPathResults run) throws IOException {
    Table table = new Table(List.of("goal", "measured", ""));
    for (Goal goal : Goals.all()) {
      table.row(
          goal.judge()
              .apply(run)
              .map(out -> List.of(goal.text(), out.measured(), out.met() ? "met" : "**not met**"))
              .orElse(List.of(goal.text(), "not run", "")));
    }
    to.write(table.markdown());
  }
}
