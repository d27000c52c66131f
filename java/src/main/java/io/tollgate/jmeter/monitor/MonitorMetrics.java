package io.tollgate.jmeter.monitor;

import io.tollgate.engine.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.ToDoubleFunction;

/** The state of the engine and its counters as metrics, one label a profile. */
final class MonitorMetrics {
  private final PrometheusText text = new PrometheusText();
  private final Map<String, JournalCounters.Profile> profiles;
  private final Map<String, List<MonitorRow>> rows = new TreeMap<>();

  private MonitorMetrics(MonitorView view, JournalCounters counters) {
    profiles = counters.profiles();
    view.rows().forEach(row -> rows.computeIfAbsent(row.profile, p -> new ArrayList<>()).add(row));
  }

  static String of(MonitorView view, JournalCounters counters) {
    MonitorMetrics metrics = new MonitorMetrics(view, counters);
    metrics.counters(counters.lost());
    metrics.gauges();
    return metrics.text.toString();
  }

  private void counters(long lost) {
    text.metric("tollgate_info", "gauge", "The version of Tollgate.");
    text.sample("tollgate_info", 1, "version", Version.CURRENT);
    each(
        "tollgate_mints_total",
        "counter",
        "Tokens minted, by reason.",
        (profile, name) ->
            profile.mints.forEach(
                (reason, count) ->
                    text.sample("tollgate_mints_total", count, "profile", name, "reason", reason)));
    each(
        "tollgate_token_requests_total",
        "counter",
        "Token requests that ended, by outcome.",
        (profile, name) ->
            profile.requests.forEach(
                (outcome, count) ->
                    text.sample(
                        "tollgate_token_requests_total",
                        count,
                        "profile",
                        name,
                        "outcome",
                        outcome)));
    each(
        "tollgate_token_request_seconds",
        "histogram",
        "Time from a token request to its end.",
        this::histogram);
    count("tollgate_rejections_total", "Answers 401 of the API to tokens.", it -> it.rejections);
    count("tollgate_waits_total", "Threads that waited for a token.", it -> it.waits);
    count("tollgate_pauses_total", "Pauses of threads for the API gate.", it -> it.pauses);
    count(
        "tollgate_paused_seconds_total",
        "Time that threads paused for the API gate.",
        it -> it.pausedSeconds);
    each(
        "tollgate_gate_closings_total",
        "counter",
        "How often a gate closed.",
        (profile, name) -> {
          gate("tollgate_gate_closings_total", name, "token", profile.tokenGates);
          gate("tollgate_gate_closings_total", name, "api", profile.apiGates);
        });
    text.metric(
        "tollgate_journal_entries_lost_total",
        "counter",
        "Entries of the journal that were gone before they were counted.");
    text.sample("tollgate_journal_entries_lost_total", lost);
  }

  private void gauges() {
    text.metric("tollgate_waiting_threads", "gauge", "Threads that wait now, by what for.");
    rows.forEach(
        (name, of) -> {
          Map<String, Integer> sums = new TreeMap<>();
          of.forEach(
              row -> row.waiting.forEach((cause, count) -> sums.merge(cause, count, Integer::sum)));
          sums.forEach(
              (cause, count) ->
                  text.sample("tollgate_waiting_threads", count, "profile", name, "for", cause));
        });
    text.metric("tollgate_gate_remaining_seconds", "gauge", "How long a gate stays closed.");
    rows.forEach(
        (name, of) -> {
          gate("tollgate_gate_remaining_seconds", name, "token", most(of, row -> row.tokenGate));
          gate("tollgate_gate_remaining_seconds", name, "api", most(of, row -> row.apiGate));
        });
    text.metric(
        "tollgate_token_remaining_seconds", "gauge", "Life left in the token that dies last.");
    rows.forEach(
        (name, of) ->
            text.sample(
                "tollgate_token_remaining_seconds",
                most(of, row -> row.remaining),
                "profile",
                name));
  }

  private static double most(List<MonitorRow> rows, ToDoubleFunction<MonitorRow> millis) {
    return rows.stream().mapToDouble(millis).max().orElse(0) / 1e3;
  }

  private void gate(String metric, String profile, String gate, double value) {
    text.sample(metric, value, "profile", profile, "gate", gate);
  }

  private void count(String name, String help, ToDoubleFunction<JournalCounters.Profile> value) {
    each(
        name,
        "counter",
        help,
        (profile, of) -> text.sample(name, value.applyAsDouble(profile), "profile", of));
  }

  private void each(
      String name, String type, String help, BiConsumer<JournalCounters.Profile, String> write) {
    text.metric(name, type, help);
    profiles.forEach((of, profile) -> write.accept(profile, of));
  }

  private void histogram(JournalCounters.Profile profile, String name) {
    String metric = "tollgate_token_request_seconds";
    long sum = 0;
    for (int i = 0; i < JournalCounters.BUCKETS.length; i++) {
      sum += profile.buckets[i];
      String bound = PrometheusText.number(JournalCounters.BUCKETS[i]);
      text.sample(metric + "_bucket", sum, "profile", name, "le", bound);
    }
    text.sample(metric + "_bucket", profile.timed, "profile", name, "le", "+Inf");
    text.sample(metric + "_sum", profile.seconds, "profile", name);
    text.sample(metric + "_count", profile.timed, "profile", name);
  }
}
