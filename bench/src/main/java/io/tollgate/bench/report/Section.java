package io.tollgate.bench.report;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;

/**
 * One chapter of docs/benchmarks.md. It reads the raw results of its own measurement and nothing
 * else, so that a measurement can be repeated, or left out, alone.
 */
public interface Section {
  /** What stands where there are no raw results. */
  String NOT_RUN = "Not run.\n";

  /** Its heading. */
  String title();

  /**
   * Writes what stands below the heading, as Markdown; {@link #NOT_RUN} if there is nothing to
   * tell.
   *
   * @param to ends up in the page
   * @param rawDir where measurements leave their raw results
   */
  void write(Writer to, Path rawDir) throws IOException;
}
