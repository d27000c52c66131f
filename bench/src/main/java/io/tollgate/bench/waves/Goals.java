package io.tollgate.bench.waves;

import io.tollgate.tests.Table;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/** The goals at the end of a section, met or not. */
public final class Goals {
  private final Writer to;
  private final Table table = new Table(List.of("goal", "measured", ""));

  public Goals(Writer to) {
    this.to = to;
  }

  /** Adds a goal, met or not. */
  public void add(String goal, String measured, boolean met) {
    add(goal, measured, met ? "met" : "**not met**");
  }

  /** Adds a goal with a verdict. */
  public void add(String goal, String measured, String verdict) {
    table.row(List.of(goal, measured, verdict));
  }

  public void write() throws IOException {
    to.write("\n" + table.markdown());
  }
}
