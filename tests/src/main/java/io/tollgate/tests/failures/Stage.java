package io.tollgate.tests.failures;

import io.tollgate.tests.AuthServer;
import io.tollgate.tests.Await;
import io.tollgate.tests.Counts;
import io.tollgate.tests.CpuWait;
import io.tollgate.tests.FinishedRun;
import io.tollgate.tests.JMeterRun;
import io.tollgate.tests.Layout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Plays stories, one column at a time, each with a fresh server and a JMeter of its own. */
final class Stage {
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final Duration END_LIMIT = Duration.ofSeconds(60);

  private final Path home;
  private final Watcher watcher;

  /** Is told how it goes, every few seconds. */
  interface Watcher {
    void sees(Duration sinceStart, Counts counts, JMeterRun run);
  }

  /**
   * A stage that nobody watches.
   *
   * @param home the directory under the build's that working files go to
   */
  Stage(String home) {
    this(home, (sinceStart, counts, run) -> {});
  }

  Stage(String home, Watcher watcher) {
    this.home = Layout.build().resolve(home);
    this.watcher = watcher;
  }

  Path home() {
    return home;
  }

  Played play(Story story, Column column) {
    List<String> flags = new ArrayList<>(story.flags());
    flags.addAll(column.flags());
    String name = story.name() + "-" + column.key();
    try (AuthServer server = AuthServer.start(name, flags.toArray(String[]::new));
        JMeterRun run = prepare(story, column).against(server).start()) {
      CpuWait cpuWait = CpuWait.start();
      run.awaitStart();
      CompletableFuture<Void> incident =
          CompletableFuture.runAsync(
              () -> {
                column.incident().happens(server, run);
                if (column.endsAfterIncident()) {
                  run.shutdown();
                }
              },
              task -> new Thread(task, "incident").start());
      watch(server, run);
      FinishedRun finished = run.finish(END_LIMIT);
      settle(incident);
      return new Played(column, server.counts(), server.requests(), finished, cpuWait.soFar());
    }
  }

  private JMeterRun.Builder prepare(Story story, Column column) {
    Path directory = home.resolve(story.name()).resolve(column.key());
    JMeterRun.Builder builder =
        JMeterRun.in(directory, story.file(column.plan() + ".jmx"))
            .recordsReadTimes()
            .load(story.file("load.properties"));
    column.load().forEach(builder::set);
    column.jvm().forEach(builder::jvm);
    return builder;
  }

  /** Until JMeter has ended; whoever plays for ever is stopped by the limits of its plan. */
  private void watch(AuthServer server, JMeterRun run) {
    long start = System.nanoTime();
    while (!Await.within(EVERY, () -> !run.isAlive())) {
      watcher.sees(Duration.ofNanos(System.nanoTime() - start), server.counts(), run);
    }
  }

  /** What was to happen during the run has happened, or failed: then so does the play. */
  private static void settle(CompletableFuture<Void> incident) {
    if (!incident.isDone()) {
      throw new AssertionError("the run ended before all had happened that was to happen in it");
    }
    try {
      incident.join();
    } catch (CompletionException e) {
      throw new AssertionError("what was to happen during the run failed: " + e.getCause(), e);
    }
  }
}
