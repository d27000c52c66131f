package io.tollgate.bench.report;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;

/** A chapter from the results of the hot path; "Not run" without them. */
abstract class HotPathChapter implements Section {
  private final String title;

  HotPathChapter(String title) {
    this.title = title;
  }

  @Override
  public final String title() {
    return title;
  }

  @Override
  public final void write(Writer to, Path rawDir) throws IOException {
    HotPathResults run = HotPathResults.read(rawDir);
    if (run.isEmpty()) {
      to.write(NOT_RUN);
    } else {
      tell(to, run);
    }
  }

  /** Writes what was measured. */
  abstract void tell(Writer to, HotPathResults run) throws IOException;
}
