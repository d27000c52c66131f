package io.tollgate.tests;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The samples of one run, read from the JTL that JMeter writes by default (CSV with a header). */
public final class Results {
  private final List<Sample> samples;

  private Results(List<Sample> samples) {
    this.samples = samples;
  }

  static Results read(Path jtl) {
    List<List<String>> rows = Csv.parse(JMeterRun.read(jtl));
    if (rows.isEmpty()) {
      return new Results(List.of());
    }
    Map<String, Integer> columns = new HashMap<>();
    for (String name : rows.get(0)) {
      columns.put(name, columns.size());
    }
    List<Sample> samples = new ArrayList<>(rows.size() - 1);
    for (List<String> row : rows.subList(1, rows.size())) {
      samples.add(
          new Sample(
              Long.parseLong(row.get(columns.get("timeStamp"))),
              Long.parseLong(row.get(columns.get("elapsed"))),
              row.get(columns.get("label")),
              row.get(columns.get("responseCode")),
              row.get(columns.get("responseMessage")),
              row.get(columns.get("threadName")),
              Boolean.parseBoolean(row.get(columns.get("success")))));
    }
    return new Results(samples);
  }

  public List<Sample> samples() {
    return samples;
  }

  public long count() {
    return samples.size();
  }

  long good() {
    return samples.stream().filter(Sample::success).count();
  }

  public List<Sample> failed() {
    return samples.stream().filter(sample -> !sample.success()).toList();
  }

  /** Failed samples counted by response code and message: what went wrong, at a glance. */
  public Map<String, Long> failures() {
    return failed().stream()
        .collect(
            Collectors.groupingBy(
                sample -> sample.code() + " / " + sample.message(),
                TreeMap::new,
                Collectors.counting()));
  }

  /** Samples a second, from the first start to the last end. */
  public double throughput() {
    if (samples.isEmpty()) {
      return 0;
    }
    long from = samples.stream().mapToLong(Sample::start).min().orElse(0);
    long to = samples.stream().mapToLong(Sample::end).max().orElse(0);
    return 1000.0 * samples.size() / Math.max(1, to - from);
  }

  /**
   * The longest time, in ms, that any thread went without a good sample.
   *
   * <p>Elapsed times alone would not show it: a script that waits for a token waits outside the
   * sample. The time after a thread's last sample does not count, whatever became of that one: the
   * run was ending.
   *
   * @param runStart in ms since the epoch, counted as good
   */
  public long longestStall(long runStart) {
    Map<String, List<Sample>> threads =
        samples.stream().collect(Collectors.groupingBy(Sample::thread));
    long longest = 0;
    for (List<Sample> thread : threads.values()) {
      thread.sort(Comparator.comparingLong(Sample::start));
      long good = runStart;
      for (Sample sample : thread) {
        longest = Math.max(longest, sample.end() - good);
        if (sample.success()) {
          good = sample.end();
        }
      }
    }
    return longest;
  }
}
