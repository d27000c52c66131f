package io.tollgate.bench.report;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;

/**
 * One chapter of docs/benchmarks.md. It reads only the raw results of its own measurement, so each
 * measurement can be repeated or omitted alone.
 */
public interface Section {
  /** The text without raw results. */
  String NOT_RUN = "Not run.\n";

  /** Its heading. */
  String title();

  /**
   * Writes the text below the heading, as Markdown; {@link #NOT_RUN} without results.
   *
   * @param to the page
   * @param rawDir the directory of raw results
   */
  void write(Writer to, Path rawDir) throws IOException;
}
