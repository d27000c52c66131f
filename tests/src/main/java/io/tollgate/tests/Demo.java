package io.tollgate.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * The same load three times, against the same misbehaving server: the recipe people copy, the
 * forum's answer, and Tollgate. Ends with one table, and with an exit code other than 0 if Tollgate
 * broke its promise.
 */
public final class Demo {
  private static final int THREADS = 200;
  private static final Duration LOAD = Duration.ofSeconds(40);
  private static final Duration LIFETIME = Duration.ofSeconds(20);
  private static final Duration PROGRESS = Duration.ofSeconds(5);
  private static final Duration END_LIMIT = Duration.ofSeconds(60);

  private static final String[] FAULTS = {
    "--lifetime", LIFETIME.toSeconds() + "s",
    "--latency-before", "300ms",
    "--rate-limit", "10/60s",
    "--retry-after", "seconds",
    "--suspend-for", "20s",
    "--revoke-previous",
  };

  private final Path home = Layout.build().resolve("demo");

  private Demo() {}

  /** Takes no arguments; the build sets the system properties of {@link Layout}. */
  public static void main(String[] arguments) throws IOException {
    System.exit(new Demo().play() ? 0 : 1);
  }

  private boolean play() throws IOException {
    say(
        "%d threads call an API for %d s, three times, each time with a fresh server that",
        THREADS, LOAD.toSeconds());
    say(
        "  takes 300 ms for a token, which lives %d s and kills the one before it;",
        LIFETIME.toSeconds());
    say("  grants a client 10 token requests a minute, then answers 429 with Retry-After;");
    say("  and suspends a client that calls again before that has passed.");
    List<Outcome> outcomes = new ArrayList<>();
    outcomes.add(play("The recipe people copy: each thread fetches", Contender.RECIPE));
    outcomes.add(play("The forum's answer: one token behind one lock", Contender.FORUM));
    Outcome tollgate = play("Tollgate", Contender.TOLLGATE);
    outcomes.add(tollgate);

    Table table = table(outcomes);
    say("");
    System.out.print(table.plain());
    say("");
    say("  HTML reports:");
    Path here = Layout.build().getParent();
    for (Outcome outcome : outcomes) {
      Path report = here.relativize(outcome.run().directory().resolve("report/index.html"));
      say("    %-14s %s", outcome.contender().title(), report);
    }
    Files.writeString(home.resolve("table.md"), table.markdown());
    Files.writeString(home.resolve("demo.svg"), DemoPicture.of(outcomes, LOAD));
    say("  The table as Markdown: %s", here.relativize(home.resolve("table.md")));
    say("  The samples as a picture: %s", here.relativize(home.resolve("demo.svg")));
    say("");

    List<String> broken = tollgate.brokenPromises(LIFETIME, LOAD);
    if (broken.isEmpty()) {
      say(
          "Tollgate kept its promise: no 401 that could have been avoided, no other failed"
              + " sample,");
      say("about one token a lifetime, nothing sent inside a Retry-After.");
    } else {
      say("Tollgate broke its promise: %s", String.join("; ", broken));
    }
    return broken.isEmpty();
  }

  private Outcome play(String title, Contender contender) {
    say("");
    say("%s", title);
    try (AuthServer server = AuthServer.start("demo-" + contender.key(), FAULTS);
        JMeterRun run =
            JMeterRun.in(home.resolve(contender.key()), "load.jmx")
                .recordsReadTimes()
                .against(server)
                .scripts(contender.before(), contender.after())
                .set("threads", THREADS)
                .set("ramp", 1)
                .set("loops", -1)
                .set("duration", LOAD.toSeconds())
                .set("pause.min", 200)
                .set("pause.max", 800)
                .report()
                .start()) {
      run.awaitStart();
      Counts counts = watch(server, run);
      say("    writing the HTML report");
      FinishedRun finished = run.finish(END_LIMIT);
      return new Outcome(contender, counts, finished);
    }
  }

  /** Tells how it goes until the load is over; returns the counts at that time. */
  private static Counts watch(AuthServer server, JMeterRun run) {
    long start = System.nanoTime();
    long limit = LOAD.plus(END_LIMIT).toNanos();
    boolean over = false;
    while (!over && System.nanoTime() - start < limit) {
      over = Await.within(PROGRESS, () -> !run.isAlive() || run.console().contains("Tidying up"));
      Counts counts = server.counts();
      say(
          "  %3d s  %,7d API requests, %,7d x 401   %,6d token requests, %,6d x 429",
          Duration.ofNanos(System.nanoTime() - start).toSeconds(),
          counts.apiRequests(),
          counts.unauthorized() + counts.unauthenticated(),
          counts.tokenRequests(),
          counts.throttled());
    }
    return server.counts();
  }

  private static Table table(List<Outcome> outcomes) {
    List<String> head = new ArrayList<>(List.of(""));
    outcomes.forEach(outcome -> head.add(outcome.contender().title()));
    Table table = new Table(head);
    row(table, "samples", outcomes, o -> number(o.results().count()));
    row(table, "samples a second", outcomes, o -> number(Math.round(o.results().throughput())));
    row(table, "failed samples", outcomes, o -> number(o.results().failed().size()));
    row(table, "API: 401s, avoidable", outcomes, o -> number(o.counts().avoidable()));
    row(table, "API: 401s, unavoidable", outcomes, o -> number(o.counts().unavoidable()));
    row(table, "API: sent without a token", outcomes, o -> number(o.counts().unauthenticated()));
    row(table, "token requests", outcomes, o -> number(o.counts().tokenRequests()));
    row(table, "  answered 429", outcomes, o -> number(o.counts().throttled()));
    row(table, "  within 100 ms of another", outcomes, o -> number(o.counts().duplicates()));
    row(table, "  inside Retry-After", outcomes, o -> number(o.counts().insideRetryAfter()));
    row(table, "tokens minted", outcomes, o -> number(o.counts().minted()));
    row(table, "suspensions", outcomes, o -> number(o.counts().suspensions()));
    row(table, "longest stall of a thread", outcomes, o -> seconds(o.longestStall()));
    return table;
  }

  private static void row(
      Table table, String title, List<Outcome> outcomes, Function<Outcome, String> cell) {
    List<String> cells = new ArrayList<>(List.of(title));
    outcomes.forEach(outcome -> cells.add(cell.apply(outcome)));
    table.row(cells);
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String seconds(long millis) {
    return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
  }

  private static void say(String format, Object... arguments) {
    System.out.println(String.format(Locale.ROOT, format, arguments));
  }
}
