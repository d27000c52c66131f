package io.tollgate.bench.report;

import io.tollgate.bench.report.Way.Kind;
import io.tollgate.tests.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Readings side by side: as a table and as a chart, from the same numbers. */
final class ReadingTable {
  private ReadingTable() {}

  static String of(HotPathResults run, Set<Kind> kinds, List<Integer> threads) {
    List<String> head = new ArrayList<>(List.of("ns a read"));
    threads.forEach(number -> head.add(number == 1 ? "1 thread" : number + " threads"));
    head.add("B a read");
    Table table = new Table(head);
    for (Way way : measured(run, kinds)) {
      List<String> row = new ArrayList<>(List.of(way.label()));
      threads.forEach(number -> row.add(run.of(way, number).map(Reading::nanos).orElse("not run")));
      row.add(run.of(way, 1).map(Reading::bytesText).orElse(""));
      table.row(row);
    }
    return table.markdown();
  }

  /** Writes the chart and answers the Markdown that shows it. */
  static String chart(HotPathResults run, Set<Kind> kinds, Path charts, String file, String title)
      throws IOException {
    BarChart chart =
        new BarChart(title + ": ns of a core (log scale)", List.of("1 thread", "64 threads"));
    for (Way way : measured(run, kinds)) {
      chart.group(
          way.plainLabel(),
          way.label().startsWith("**"),
          List.of(median(run.of(way, 1)), median(run.of(way, 64))));
    }
    Files.writeString(charts.resolve(file), chart.svg());
    return "![" + title + "](" + Report.CHARTS + "/" + file + ")\n";
  }

  private static double median(Optional<Reading> reading) {
    return reading.map(Reading::median).orElse(Double.NaN);
  }

  private static List<Way> measured(HotPathResults run, Set<Kind> kinds) {
    return Arrays.stream(Way.values())
        .filter(way -> kinds.contains(way.kind()) && run.of(way, 1).isPresent())
        .toList();
  }
}
