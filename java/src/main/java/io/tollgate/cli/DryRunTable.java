package io.tollgate.cli;

import io.tollgate.text.Durations;
import io.tollgate.text.JsonReader;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What the server counted of a dry run, as the table of the demo has it. */
final class DryRunTable {
  private final Map<String, String> rows = new LinkedHashMap<>();

  DryRunTable(DryRunLoad load, Map<String, Object> counts, int seconds) {
    Map<String, Object> tokens = JsonReader.object(counts.get("totals"));
    Map<String, Object> api = JsonReader.object(counts.get("api"));
    rows.put("samples", number(load.samples()));
    rows.put("samples a second", number(load.samples() / Math.max(1, seconds)));
    rows.put("failed samples", number(load.failed()));
    rows.put("API: 401s, avoidable", count(api, "unauthorized_avoidable"));
    rows.put("API: 401s, unavoidable", count(api, "unauthorized_unavoidable"));
    rows.put("API: 429s", count(api, "throttled"));
    rows.put("API: sent without a token", count(api, "unauthenticated"));
    rows.put("token requests", count(tokens, "token_requests"));
    rows.put("  answered 429", count(tokens, "throttled"));
    rows.put("  within 100 ms of another", count(tokens, "duplicates_within_100ms"));
    rows.put("  inside Retry-After", count(tokens, "inside_retry_after"));
    rows.put("tokens minted", count(tokens, "minted"));
    rows.put("suspensions", count(tokens, "suspensions"));
    rows.put("longest stall of a thread", Durations.of(load.longestMillis()));
  }

  private static String count(Map<String, Object> counts, String name) {
    Object count = counts.get(name);
    return count instanceof Number ? number(((Number) count).longValue()) : "-";
  }

  private static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  void print(PrintStream out) {
    rows.forEach(
        (name, value) -> out.println(String.format(Locale.ROOT, "  %-27s %10s", name, value)));
  }
}
