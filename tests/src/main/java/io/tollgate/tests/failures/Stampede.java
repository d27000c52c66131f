package io.tollgate.tests.failures;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollgate.tests.MintBound;
import io.tollgate.tests.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * "401s on the token endpoint at 500 concurrent requests, connections dropped after 10 s,
 * credentials valid."
 *
 * <p>Every thread fetches its own token, all at once, from an endpoint that serves twenty at a time
 * and drops the others.
 */
final class Stampede {
  static final Duration LIFETIME = Duration.ofSeconds(8);

  /** How long the endpoint takes for a token: {@code --latency-before}. */
  static final Duration LATENCY = Duration.ofSeconds(1);

  /** The longest pause of a thread between two requests: {@code pause.max}. */
  static final Duration PAUSE = Duration.ofMillis(1600);

  /** What a sample and a busy machine may add to a pause. */
  static final Duration SLACK = Duration.ofMillis(400);

  /** From its first sample on, JMeter takes so long to compile scripts and to warm up. */
  private static final Duration WARM_UP = Duration.ofSeconds(3);

  /** Of the pauses that a refresh falls into, the percentage that may be longer all the same. */
  static final long STALLED = 5;

  static final Column FAILURE = Column.failure();
  static final Column FORUM = Column.forum();
  static final Column TOLLGATE = Column.tollgate();

  static final Story STORY =
      new Story(
          "stampede",
          "500 threads want a token at once from an endpoint that serves 20 at a time",
          List.of(FAILURE, FORUM, TOLLGATE),
          List.of(
              new Story.Row("samples", p -> number(p.results().count())),
              new Story.Row("failed samples", p -> number(p.results().failed().size())),
              new Story.Row("token requests", p -> number(p.counts().tokenRequests())),
              new Story.Row("  dropped", p -> number(p.counts().tokenConnectionsDropped())),
              new Story.Row("connections for them", p -> number(p.counts().tokenConnections())),
              new Story.Row("tokens minted", p -> number(p.counts().minted())),
              new Story.Row("API: without a token", p -> number(p.counts().unauthenticated())),
              new Story.Row("threads a refresh stalls", p -> stalledByRefreshes(p) + " %")),
          Stampede::broken);

  private Stampede() {}

  /**
   * What Tollgate promises: one token for all, over one connection, and nobody waits for the next.
   */
  static List<String> broken(Played played) {
    List<String> broken = new ArrayList<>();
    if (played.run().exitCode() != 0 || played.results().count() == 0) {
      broken.add("JMeter ended with " + played.run().exitCode());
    }
    if (!played.results().failed().isEmpty()) {
      broken.add("failed samples: " + played.results().failures());
    }
    if (played.counts().tokenConnectionsDropped() > 0) {
      broken.add(played.counts().tokenConnectionsDropped() + " connections dropped");
    }
    if (played.counts().tokenConnections() != 1) {
      broken.add(played.counts().tokenConnections() + " connections to the token endpoint");
    }
    long bound = MintBound.of(played.run().took(), LIFETIME, 0);
    if (played.counts().minted() > bound) {
      broken.add(played.counts().minted() + " tokens minted, where " + bound + " would do");
    }
    if (played.counts().minted() < 2) {
      broken.add("no refresh");
    } else if (stalledByRefreshes(played) > STALLED) {
      broken.add("threads waited for a refresh: " + stalledByRefreshes(played) + " % of them");
    }
    return broken;
  }

  /**
   * Of the pauses between two requests of a thread that a refresh falls into, the percentage that
   * were longer than a pause is. 0 if there was no refresh.
   */
  static long stalledByRefreshes(Played played) {
    Map<String, List<Sample>> threads =
        played.results().samples().stream().collect(Collectors.groupingBy(Sample::thread));
    long first =
        played.results().samples().stream().mapToLong(Sample::start).min().orElse(Long.MAX_VALUE);
    List<Long> refreshes = new ArrayList<>();
    for (JsonNode request : played.requests()) {
      // For the first token everybody waits, and for a while after it JMeter compiles scripts.
      long at = request.path("at_ms").asLong();
      if (request.path("status").asInt() == 200 && at > first + WARM_UP.toMillis()) {
        refreshes.add(at);
      }
    }
    long pauses = 0;
    long stalled = 0;
    for (List<Sample> samples : threads.values()) {
      samples.sort(Comparator.comparingLong(Sample::start));
      for (int i = 1; i < samples.size(); i++) {
        long from = samples.get(i - 1).end();
        long to = samples.get(i).start();
        if (refreshes.stream().anyMatch(at -> from < at + LATENCY.toMillis() && at < to)) {
          pauses++;
          stalled += to - from > PAUSE.plus(SLACK).toMillis() ? 1 : 0;
        }
      }
    }
    return pauses == 0 ? 0 : Math.round(100.0 * stalled / pauses);
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
