package io.tollgate.bench.report;

import io.tollgate.bench.report.ReadMethod.Kind;
import io.tollgate.tests.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Readings side by side: as a table and as a chart, from the same numbers. */
final class ReadingTable {
  private ReadingTable() {}

  static String of(HotPathResults run, Set<Kind> kinds, List<Integer> threads) {
    List<String> head = new ArrayList<>(List.of("ns a read"));
    threads.forEach(number -> head.add(number == 1 ? "1 thread" : number + " threads"));
    head.add("B a read");
    Table table = new Table(head);
    for (ReadMethod method : measured(run, kinds)) {
      List<String> row = new ArrayList<>(List.of(method.label()));
      threads.forEach(
          number -> row.add(run.of(method, number).map(Reading::nanos).orElse("not run")));
      row.add(run.of(method, 1).map(Reading::bytesText).orElse(""));
      table.row(row);
    }
    return table.markdown();
  }

  private static List<ReadMethod> measured(HotPathResults run, Set<Kind> kinds) {
    return Arrays.stream(ReadMethod.values())
        .filter(method -> kinds.contains(method.kind()) && run.of(method, 1).isPresent())
        .toList();
  }

  /** The medians as bars: a group a method, a bar a series. */
  static final class Chart {
    private final String title;
    private final String file;
    private final Map<String, Function<ReadMethod, Optional<Reading>>> series =
        new LinkedHashMap<>();

    Chart(String title, String file) {
      this.title = title;
      this.file = file;
    }

    /** What was not measured of a series has no bar. */
    Chart series(String name, Function<ReadMethod, Optional<Reading>> readings) {
      series.put(name, readings);
      return this;
    }

    /** Writes the chart and answers the Markdown that shows it. */
    String write(HotPathResults run, Set<Kind> kinds, Path charts) throws IOException {
      BarChart chart =
          new BarChart(title + ": ns of a core (log scale)", List.copyOf(series.keySet()));
      for (ReadMethod method : measured(run, kinds)) {
        chart.group(
            method.plainLabel(),
            method.label().startsWith("**"),
            series.values().stream()
                .map(readings -> readings.apply(method).map(Reading::median).orElse(Double.NaN))
                .toList());
      }
      Files.writeString(charts.resolve(file), chart.svg());
      return "![" + title + "](" + Report.CHARTS + "/" + file + ")\n";
    }
  }
}
