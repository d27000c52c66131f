package io.tollgate.bench.report;

import io.tollgate.tests.Table;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a fleet of injectors costs the store that they share. */
final class FleetStoreSection implements Section {
  private static final String FILE = "fleet_store.tsv";

  @Override
  public String title() {
    return "The store of a fleet";
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
A real Redis on the same machine, asked as the engine asks it: `cargo bench -p tollgate-engine --bench fleet_store`. All injectors need a
token of each credential at the same moment, the worst there is; a token request takes 100 ms, and each injector has 8 at once. In a run a
lifetime costs as many questions as there are injectors, spread over the lifetime. A read asks the store nothing.

"""
            .stripIndent());
    Table table = new Table(List.of("", "measured"));
    for (String line : Files.readAllLines(file)) {
      table.row(List.of(line.split("\t")));
    }
    to.write(table.markdown());
  }
}
