package io.tollgate.bench.waves;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollgate.bench.report.Section;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;

/** A chapter from one file of raw results; "Not run" without it. */
public abstract class RawSection implements Section {
  private final String title;
  private final String name;

  /**
   * A chapter.
   *
   * @param title its heading
   * @param name of the file, as {@link Raw} knows it
   */
  protected RawSection(String title, String name) {
    this.title = title;
    this.name = name;
  }

  @Override
  public final String title() {
    return title;
  }

  @Override
  public final void write(Writer to, Path rawDir) throws IOException {
    JsonNode raw = Raw.read(rawDir, name);
    if (raw == null) {
      to.write(NOT_RUN);
    } else {
      tell(to, raw);
    }
  }

  /** Writes what was measured. */
  protected abstract void tell(Writer to, JsonNode raw) throws IOException;
}
