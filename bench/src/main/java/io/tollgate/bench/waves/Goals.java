package io.tollgate.bench.waves;

import io.tollgate.tests.Table;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/**
 * What was wanted and how it came out, at the end of a section: what was missed stands there too.
 */
public final class Goals {
  private final Writer to;
  private final Table table = new Table(List.of("goal", "measured", ""));

  public Goals(Writer to) {
    this.to = to;
  }

  /** Adds one that can be decided. */
  public void add(String goal, String measured, boolean met) {
    add(goal, measured, met ? "met" : "**not met**");
  }

  /** Adds one with a verdict in words. */
  public void add(String goal, String measured, String verdict) {
    table.row(List.of(goal, measured, verdict));
  }

  public void write() throws IOException {
    to.write("\n" + table.markdown());
  }
}
