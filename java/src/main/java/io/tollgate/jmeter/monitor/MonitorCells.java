package io.tollgate.jmeter.monitor;

import io.tollgate.jmeter.report.ReportText;
import io.tollgate.text.LocalClock;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A {@link MonitorRow} as the cells of a table, in JMeter's language. */
public final class MonitorCells {
  /** The keys of its columns. */
  public static final List<String> COLUMNS =
      Collections.unmodifiableList(
          Arrays.asList(
              "profile",
              "state",
              "token",
              "lives",
              "minted",
              "throttled",
              "failed",
              "rejections",
              "waiting",
              "gates",
              "last_error"));

  private MonitorCells() {}

  /**
   * A row as cells.
   *
   * @param row to show
   * @param clock for its times
   * @return one for each of {@link #COLUMNS}
   */
  public static List<String> of(MonitorRow row, LocalClock clock) {
    return Arrays.asList(
        ReportText.title(row.title),
        MonitorText.named("state", row.state),
        row.generation == 0 ? "" : Long.toString(row.generation),
        row.remaining == 0 ? "" : MonitorText.duration(row.remaining / 1000 * 1000),
        minted(row.mints),
        Long.toString(row.throttled),
        Long.toString(row.failed),
        Long.toString(row.rejections),
        waiting(row.waiting),
        gates(row),
        row.lastErrorAt == 0 ? row.lastError : clock.time(row.lastErrorAt) + " " + row.lastError);
  }

  private static String minted(Map<String, Long> mints) {
    return mints.entrySet().stream()
        .filter(one -> one.getValue() > 0)
        .map(one -> ReportText.reason(one.getKey()) + " " + one.getValue())
        .collect(Collectors.joining(", "));
  }

  private static String waiting(Map<String, Integer> waiting) {
    if (waiting.isEmpty()) {
      return "0";
    }
    return waiting.entrySet().stream()
        .map(one -> MonitorText.of("waiting." + one.getKey(), one.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String gates(MonitorRow row) {
    String token = row.tokenGate == 0 ? "" : gate("token", row.tokenGate);
    String api = row.apiGate == 0 ? "" : gate("api", row.apiGate);
    return token + (token.isEmpty() || api.isEmpty() ? "" : ", ") + api;
  }

  private static String gate(String which, long millis) {
    return MonitorText.of("gate." + which, MonitorText.duration(millis));
  }
}
