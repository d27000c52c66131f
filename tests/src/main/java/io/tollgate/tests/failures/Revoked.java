package io.tollgate.tests.failures;

import io.tollgate.tests.Counts;
import io.tollgate.tests.MintBound;
import io.tollgate.tests.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * "200 threads, after 30 s a spike of 401: token revoked or expired."
 *
 * <p>The server kills the token before as it mints the next, and all threads fetch the next.
 */
final class Revoked {
  static final Duration LIFETIME = Duration.ofSeconds(2);

  /** The clients and profiles of tollgate.jmx: each value of {@code refresh}, and none. */
  static final List<String> MODES = List.of("ahead", "learned", "late", "drain");

  private static final Pattern DRAINS =
      Pattern.compile("drains (\\d+) \\(held ([0-9.]+) (ms|s|min), cut off (\\d+)\\)");

  /** They show all they have to show in a quarter of the 40 lives. */
  static final Column FAILURE = Column.failure().with("duration", 20);

  static final Column FORUM = Column.forum().with("duration", 20);
  static final Column TOLLGATE = Column.tollgate();

  /** A token that lives long and lacks a scope: sixty requests, however long they take. */
  static final Column SCOPE_FAILURE = withoutScope(Column.failure(), "failure-scope");

  static final Column SCOPE =
      withoutScope(Column.tollgate().plan("scope"), "tollgate-scope")
          .with("tollgate.profile.demo.scope", "other");

  static final Story STORY =
      new Story(
          "revoked",
          "each new token kills the one before, 40 times",
          List.of(FAILURE, FORUM, TOLLGATE),
          List.of(
              new Story.Row("", p -> ofModes(p, mode -> mode)),
              new Story.Row("samples", p -> number(p.results().count())),
              new Story.Row("failed samples", p -> number(p.results().failed().size())),
              new Story.Row("401s, avoidable", p -> counts(p, Counts::ownAvoidable)),
              new Story.Row("401s, unavoidable", p -> counts(p, Counts::ownUnavoidable)),
              new Story.Row("tokens minted", p -> counts(p, Counts::minted)),
              new Story.Row("sends held", p -> ofModes(p, mode -> held(p, mode))),
              new Story.Row("tenants", p -> number(p.counts().tenants())),
              new Story.Row("  requests without one", p -> number(p.counts().withoutTenant()))),
          Revoked::broken);

  private Revoked() {}

  /** How long the load went without a failed sample, in ms. */
  static long calm(Played played) {
    long first = played.results().failed().stream().mapToLong(Sample::start).min().orElse(0);
    return first - played.run().startMillis();
  }

  private static Column withoutScope(Column column, String key) {
    return column
        .named(key, column.title() + ", no scope")
        .with("scope", "other")
        .with("threads", 20)
        .with("loops", 3)
        .with("duration", 120)
        .flag("--lifetime", "10m", "--revoke-previous", "false");
  }

  /** What Tollgate promises in every mode, and what drain promises beyond. */
  static List<String> broken(Played played) {
    List<String> broken = new ArrayList<>();
    if (played.run().exitCode() != 0 || played.results().count() == 0) {
      broken.add("JMeter ended with " + played.run().exitCode());
    }
    if (played.counts().withoutTenant() > 0 || played.counts().tenants() != 1) {
      broken.add(
          String.format(
              "%d tenants, and %d requests without one",
              played.counts().tenants(), played.counts().withoutTenant()));
    }
    long unavoidable = 0;
    for (String mode : clients(played)) {
      Counts counts = played.counts().of(mode);
      unavoidable += counts.ownUnavoidable();
      if (counts.ownAvoidable() > 0) {
        broken.add(mode + ": avoidable 401s: " + counts.ownAvoidable());
      }
      long bound = MintBound.of(played.run().took(), LIFETIME, 0);
      if (counts.minted() > bound) {
        broken.add(mode + ": " + counts.minted() + " tokens, where " + bound + " would do");
      }
    }
    if (played.results().failed().size() > unavoidable) {
      broken.add("failed samples beyond unavoidable 401s: " + played.results().failures());
    }
    return broken;
  }

  /** The clients that a column's plan uses. */
  private static List<String> clients(Played played) {
    return played.column().plan().equals("tollgate") ? MODES : List.of("demo");
  }

  static String counts(Played played, Function<Counts, Long> count) {
    return clients(played).stream()
        .map(client -> number(count.apply(played.counts().of(client))))
        .collect(Collectors.joining(" / "));
  }

  private static String ofModes(Played played, Function<String, String> cell) {
    List<String> clients = clients(played);
    return clients.size() == 1 ? "" : clients.stream().map(cell).collect(Collectors.joining(" / "));
  }

  /** How long sends were held, as the summary line has it. */
  static String held(Played played, String mode) {
    Matcher drains = DRAINS.matcher(String.join("\n", played.run().summaries(mode)));
    return drains.find() ? drains.group(2) + " " + drains.group(3) : "0";
  }

  /** Drains of a mode, and sends that were not waited for. */
  static long[] drains(Played played, String mode) {
    Matcher drains = DRAINS.matcher(String.join("\n", played.run().summaries(mode)));
    return drains.find()
        ? new long[] {Long.parseLong(drains.group(1)), Long.parseLong(drains.group(4))}
        : new long[] {0, 0};
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
