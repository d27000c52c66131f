package io.tollgate.bench.report;

import io.tollgate.tests.Table;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Instructions of the engine, counted by callgrind: a number without noise. */
final class InstructionsSection implements Section {
  private static final String FILE = "instructions.tsv";

  /** Functions with a lower share are omitted. */
  private static final double LEAST_SHARE = 0.01;

  /** Notes on the numbers, written by hand, without numbers. */
  private static final Path NOTES = Path.of("bench", "notes", "instructions.md");

  @Override
  public String title() {
    return "Instructions";
  }

  @Override
  public void write(Writer to, Path rawDir) throws IOException {
    Path file = rawDir.resolve(FILE);
    if (!Files.exists(file)) {
      to.write(NOT_RUN);
      return;
    }
    to.write(
        """
Instructions of the Rust side, counted by callgrind: `make bench-instructions`. A *hit* is the native call of a read, without JNI. A
*refresh* is a report of a 200 and of a 401, the token request that follows, and the read of the new token, including the HTTP client and
the loopback server. A function's share excludes its callees; functions below 1 % are omitted.

"""
            .stripIndent());
    Table table = new Table(List.of("", "instructions", "share"));
    double total = 0;
    for (String line : Files.readAllLines(file)) {
      String[] fields = line.split("\t");
      double count = Double.parseDouble(fields[1]);
      boolean whole = fields.length == 2;
      if (whole) {
        total = count;
      } else if (count < LEAST_SHARE * total) {
        continue;
      }
      table.row(
          List.of(
              whole ? "**" + fields[0] + "**" : "`" + fields[2] + "`",
              Numbers.grouped(count),
              whole ? "" : String.format(Locale.ROOT, "%.0f %%", 100 * count / total)));
    }
    to.write(table.markdown());
    if (Files.exists(NOTES)) {
      to.write("\n" + Files.readString(NOTES));
    }
  }
}
