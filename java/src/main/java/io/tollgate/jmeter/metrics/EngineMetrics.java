package io.tollgate.jmeter.metrics;

import io.tollgate.engine.Log;
import io.tollgate.engine.Version;
import io.tollgate.jmeter.metrics.MetricFamily.Type;
import io.tollgate.jmeter.monitor.MonitorFeed;
import io.tollgate.jmeter.report.CredentialHistory;
import io.tollgate.profile.Histogram;
import io.tollgate.profile.WaitingThreads;
import io.tollgate.profile.WaitingThreads.Cause;
import io.tollgate.run.Journal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * The figures of this JVM's engine: what was counted since the JVM began, over all its runs, and
 * how things are now. Profiles are told apart, their users and clients are not.
 */
public final class EngineMetrics {
  private static final EngineMetrics OF_THIS_JVM =
      new EngineMetrics(
          Journal::read, MonitorFeed.ofThisJvm(), System::currentTimeMillis, new ProfileLabels());

  private static final AtomicBoolean KEEPS_COUNTING = new AtomicBoolean();

  private final ProfileLabels labels;
  private final JournalCounters counters;
  private final MonitorFeed feed;
  private final LongSupplier clock;
  private volatile List<MetricFamily> endOfLastRun = Collections.emptyList();

  EngineMetrics(
      LongFunction<Journal.Page> journal,
      MonitorFeed feed,
      LongSupplier clock,
      ProfileLabels labels) {
    this.labels = labels;
    this.counters = new JournalCounters(journal, clock, labels);
    this.feed = feed;
    this.clock = clock;
  }

  /**
   * The figures of this JVM.
   *
   * @return the same object each time
   */
  public static EngineMetrics ofThisJvm() {
    return OF_THIS_JVM;
  }

  /**
   * From now on the journal is counted each second, so that it forgets nothing uncounted, however
   * seldom somebody asks. By a daemon, which ends with the JVM.
   */
  public void keepCounting() {
    if (KEEPS_COUNTING.compareAndSet(false, true)) {
      Executors.newSingleThreadScheduledExecutor(
              task -> {
                Thread thread = new Thread(task, "tollgate-metrics");
                thread.setDaemon(true);
                return thread;
              })
          .scheduleWithFixedDelay(this::count, 0, 1, TimeUnit.SECONDS);
    }
  }

  private void count() {
    try {
      synchronized (this) {
        counters.read();
      }
    } catch (RuntimeException | LinkageError e) {
      Log.warn("Tollgate's figures are counted only where somebody asks for them: " + e);
      throw e; // ends the schedule
    }
  }

  /** A run ends: the figures of the next one begin here. */
  public void runEnded() {
    endOfLastRun = counts();
  }

  /** What was counted before the run that is going on. */
  List<MetricFamily> endOfLastRun() {
    return endOfLastRun;
  }

  /**
   * The figures as Prometheus reads them.
   *
   * @return its text format, version 0.0.4
   */
  public String prometheus() {
    return PrometheusText.of(families());
  }

  /** The figures at this moment. */
  List<MetricFamily> families() {
    List<MetricFamily> families = counts();
    families.add(
        new MetricFamily("build_info", Type.GAUGE, "The version of Tollgate.")
            .add(1, "version", Version.CURRENT));
    families.add(waitingThreads());
    gauges(families);
    return families;
  }

  /** Those that only grow. */
  private synchronized List<MetricFamily> counts() {
    counters.read();
    List<MetricFamily> counts = new ArrayList<>();
    counts.add(counted("mints", "Tokens minted, by reason.", "reason", it -> it.mints));
    counts.add(
        counted(
            "token_requests",
            "Token requests that ended, by outcome.",
            "outcome",
            it -> it.requests));
    counts.add(requestTimes());
    counts.add(
        counted(
            "rejections",
            "Answers 401 of the API: to the current token, an earlier one, or an unknown one.",
            "token",
            it -> it.rejections));
    counts.add(waitTimes());
    counts.add(
        counted("gate_closings", "How often a gate closed, by gate.", "gate", it -> it.gates));
    stores(counts);
    counts.add(
        new MetricFamily(
                "journal_entries_lost",
                Type.COUNTER,
                "Entries of the journal that were gone before they were counted.")
            .add(counters.lost()));
    return counts;
  }

  /** Where tokens are shared by a store. */
  private void stores(List<MetricFamily> counts) {
    MetricFamily outcomes =
        counted(
            "store_outcomes",
            "Tokens that another injector requested and the store brought, and token requests"
                + " without the store because it was silent.",
            "outcome",
            it -> it.store);
    Histogram.Counts times = counters.storeTimes();
    if (times != null || outcomes.samples().stream().anyMatch(it -> it.value > 0)) {
      counts.add(outcomes);
    }
    if (times != null) {
      counts.add(
          new MetricFamily(
                  "store_request_duration_seconds",
                  Type.HISTOGRAM,
                  "Time from a command to a store to its answer.")
              .add(times));
    }
  }

  private MetricFamily counted(
      String name,
      String help,
      String label,
      Function<JournalCounters.Profile, Map<String, Long>> counts) {
    MetricFamily family = new MetricFamily(name, Type.COUNTER, help);
    counters
        .profiles()
        .forEach(
            (profile, of) ->
                counts
                    .apply(of)
                    .forEach(
                        (value, count) -> family.add(count, "profile", profile, label, value)));
    return family;
  }

  private MetricFamily requestTimes() {
    MetricFamily family =
        new MetricFamily(
            "token_request_duration_seconds",
            Type.HISTOGRAM,
            "Time from when a token request was sent to its end.");
    counters
        .profiles()
        .forEach((profile, of) -> family.add(of.requestTimes.counts(), "profile", profile));
    return family;
  }

  private MetricFamily waitTimes() {
    MetricFamily family =
        new MetricFamily(
            "wait_duration_seconds", Type.HISTOGRAM, "How long threads waited, by what for.");
    for (Cause cause : Cause.values()) {
      WaitingThreads.waited(cause)
          .forEach(
              (profile, waits) ->
                  family.add(waits, "profile", labels.of(profile), "cause", name(cause)));
    }
    return family;
  }

  /** 0 where threads waited and none does now: a series that is gone is not 0. */
  private MetricFamily waitingThreads() {
    MetricFamily family =
        new MetricFamily("waiting_threads", Type.GAUGE, "Threads that wait now, by what for.");
    Map<String, Map<Cause, Integer>> now = WaitingThreads.now();
    for (Cause cause : Cause.values()) {
      Map<String, Integer> threads = new TreeMap<>();
      WaitingThreads.waited(cause).keySet().forEach(it -> threads.put(labels.of(it), 0));
      now.forEach(
          (title, causes) ->
              threads.merge(
                  labels.of(WaitingThreads.profile(title)),
                  causes.getOrDefault(cause, 0),
                  Integer::sum));
      threads.forEach(
          (profile, count) -> family.add(count, "profile", profile, "cause", name(cause)));
    }
    return family;
  }

  private void gauges(List<MetricFamily> families) {
    long now = clock.getAsLong();
    Map<String, List<CredentialHistory>> credentials = new TreeMap<>();
    for (CredentialHistory credential : feed.look(now).history().credentials()) {
      credentials
          .computeIfAbsent(labels.of(credential.profile()), profile -> new ArrayList<>())
          .add(credential);
    }
    MetricFamily gates =
        new MetricFamily(
            "gate_remaining_seconds", Type.GAUGE, "How much longer a gate is closed, by gate.");
    MetricFamily tokens =
        new MetricFamily(
            "token_remaining_seconds",
            Type.GAUGE,
            "Remaining lifetime of the token that ends last.");
    credentials.forEach(
        (profile, of) -> {
          gates.add(longest(of, it -> it.tokenGate(now)), "profile", profile, "gate", "token");
          gates.add(longest(of, it -> it.apiGate(now)), "profile", profile, "gate", "api");
          tokens.add(longest(of, it -> it.remaining(now)), "profile", profile);
        });
    families.add(gates);
    families.add(tokens);
  }

  /** In seconds. */
  private static double longest(
      List<CredentialHistory> credentials, ToLongFunction<CredentialHistory> millis) {
    return credentials.stream().mapToLong(millis).max().orElse(0) / 1e3;
  }

  private static String name(Cause cause) {
    return cause.name().toLowerCase(Locale.ROOT);
  }
}
