package io.tollgate.tests.failures;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollgate.tests.AuthServer;
import io.tollgate.tests.Counts;
import io.tollgate.tests.JMeterRun;
import io.tollgate.tests.MintBound;
import io.tollgate.tests.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * "401s on the token endpoint at 500 concurrent requests, connections dropped after 10 s,
 * credentials valid."
 *
 * <p>Every thread fetches its own token, all at once, from an endpoint that serves twenty at a time
 * and drops the others.
 */
final class Stampede {
  static final Duration LIFETIME = Duration.ofSeconds(12);

  /** How long the endpoint takes for a token: {@code --latency-before}. */
  static final Duration LATENCY = Duration.ofSeconds(3);

  /** The longest pause of a thread between two requests: {@code pause.max}. */
  static final Duration PAUSE = Duration.ofMillis(1600);

  /** The shortest: {@code pause.min}. */
  static final Duration SHORTEST_PAUSE = Duration.ofMillis(1400);

  /** What a busy machine may add to a pause: a quarter of it. */
  static final Duration SLACK = Duration.ofMillis(400);

  /**
   * The percentage of threads that a refresh may seem to stall. Of the threads that wait for one
   * behind a lock it stalls all, of those that do not none; half of them is far from both.
   */
  static final long STALLED = 50;

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int THREADS = 500;

  static final Column FAILURE = Column.failure().until(Stampede::theEndpointGoesUnder);
  static final Column FORUM = Column.forum().until(Stampede::theTokenIsRefreshed);
  static final Column TOLLGATE = Column.tollgate().until(Stampede::theTokenIsRefreshed);

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

  /** Threads are dropped, go on without a token, and those that got one got one each. */
  private static void theEndpointGoesUnder(AuthServer server, JMeterRun run) {
    server.await(
        "a stampede",
        LIMIT,
        counts ->
            counts.tokenConnectionsDropped() > THREADS
                && counts.unauthenticated() > THREADS / 5
                && counts.minted() > THREADS / 10);
  }

  /** Once all threads are at work, and they have gone on from it. */
  private static void theTokenIsRefreshed(AuthServer server, JMeterRun run) {
    server.await("all threads", LIMIT, counts -> counts.apiOk() >= 2 * THREADS);
    Counts before = server.counts();
    server.await("a refresh", LIMIT, counts -> counts.minted() > before.minted());
    long sofar = server.counts().apiOk();
    server.await("all threads", LIMIT, counts -> counts.apiOk() >= sofar + 2 * THREADS);
  }

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
    if (refreshes(played).isEmpty()) {
      broken.add("no refresh");
    } else if (stalledByRefreshes(played) > STALLED) {
      broken.add("threads waited for a refresh: " + stalledByRefreshes(played) + " % of them");
    }
    return broken;
  }

  /**
   * The percentage of threads that sent nothing while the endpoint took its time for a refresh, the
   * worst refresh first. 0 if there was none.
   *
   * <p>A thread that waits for the token has waited since the refresh began; those that had passed
   * before have ended their pause after {@link #PAUSE}. So from then on until the answer comes and
   * a pause has passed again, no thread sends that waits. That is longer than any thread pauses, so
   * each one that does not wait sends at least once.
   */
  static long stalledByRefreshes(Played played) {
    return refreshes(played).stream()
        .mapToLong(refresh -> stalledBy(refresh, played))
        .max()
        .orElse(0);
  }

  private static long stalledBy(long refresh, Played played) {
    long from = refresh + PAUSE.plus(SLACK).toMillis();
    long to = refresh + LATENCY.plus(SHORTEST_PAUSE).toMillis();
    Set<String> all = threads(played, sample -> sample.end() < refresh);
    all.retainAll(threads(played, sample -> sample.start() >= to));
    Set<String> sent = threads(played, sample -> sample.start() >= from && sample.start() < to);
    long stalled = all.stream().filter(thread -> !sent.contains(thread)).count();
    return all.isEmpty() ? 0 : Math.round(100.0 * stalled / all.size());
  }

  private static Set<String> threads(Played played, Predicate<Sample> which) {
    return played.results().samples().stream()
        .filter(which)
        .map(Sample::thread)
        .collect(Collectors.toSet());
  }

  /** When they arrived: not the first token, for which all must wait. */
  private static List<Long> refreshes(Played played) {
    long served = played.results().samples().stream().mapToLong(Sample::end).min().orElse(0);
    List<Long> refreshes = new ArrayList<>();
    for (JsonNode request : played.requests()) {
      long at = request.path("at_ms").asLong();
      if (at > served && request.path("status").asInt() == 200) {
        refreshes.add(at);
      }
    }
    return refreshes;
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
