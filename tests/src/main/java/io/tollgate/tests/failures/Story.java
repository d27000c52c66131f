package io.tollgate.tests.failures;

import io.tollgate.tests.Layout;
import io.tollgate.tests.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * A failure that people meet, as a directory of {@code examples/failures}: the server that brings
 * it about, the load, and a plan for each way to come by a token.
 *
 * @param name of the directory
 * @param told in a sentence, for whoever watches
 * @param columns who plays it, in the order of the table
 * @param rows what the table tells of each
 * @param promise what Tollgate promises of such a run; answers what of it was broken
 */
record Story(
    String name,
    String told,
    List<Column> columns,
    List<Row> rows,
    Function<Played, List<String>> promise) {

  /** A line of the table: its title, and how to read it off a run. */
  record Row(String title, Function<Played, String> cell) {}

  /** The server's flags, as a shell would part them. */
  List<String> flags() {
    try {
      return Arrays.asList(Files.readString(file("server.flags")).trim().split("\\s+"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path file(String file) {
    return Layout.failure(name).resolve(file);
  }

  Table table(List<Played> played) {
    List<String> head = new ArrayList<>(List.of(""));
    played.forEach(one -> head.add(one.column().title()));
    Table table = new Table(head);
    for (Row row : rows) {
      List<String> cells = new ArrayList<>(List.of(row.title()));
      played.forEach(one -> cells.add(row.cell().apply(one)));
      table.row(cells);
    }
    return table;
  }
}
