package io.tollgate.tests.failures;

import io.tollgate.tests.AuthServer;
import io.tollgate.tests.Counts;
import io.tollgate.tests.JMeterRun;
import io.tollgate.tests.Layout;
import io.tollgate.tests.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * "100 threads, /oauth/token answers 429 at once, sockets drop."
 *
 * <p>The token endpoint asks to wait, in every form there is, and suspends those who don't; so does
 * the API; and WebSockets that the server closes must be opened again, with a token that is good.
 */
final class Throttled {
  /**
   * Of the requests of the first 600 ms after the API reopened, the percentage that may come in the
   * first 200. Spread evenly over half a second it is 40, all at once 100.
   */
  static final long FIRST_RUSH = 70;

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Each of the sockets, twice. */
  static final int SOCKETS = 20;

  /**
   * The API's 429s of some seconds: once a second it closes, and one to four requests find that
   * out.
   */
  private static final int CLOSINGS = 12;

  /** What the API allows in a period. */
  private static final int IN_A_PERIOD = 150;

  /**
   * Twice as long as in the example: a slow machine too spends what is allowed early in the period,
   * so that the threads fall silent before the API opens again.
   */
  static final String LONG_PERIODS = IN_A_PERIOD + "/2s";

  static final Column FAILURE = column(Column.failure()).until(Throttled::allIsLost);
  static final Column FORUM = column(Column.forum()).until(Throttled::theApiIsRushed);
  static final Column TOLLGATE = column(Column.tollgate()).until(Throttled::everyFormOfWaiting);

  static final Story STORY =
      new Story(
          "throttled",
          "429 from the token endpoint and from the API, and sockets that are closed",
          List.of(FAILURE, FORUM, TOLLGATE),
          List.of(
              new Story.Row("API samples", p -> number(of(p, "api").size())),
              new Story.Row("token requests", p -> number(p.counts().tokenRequests())),
              new Story.Row("  answered 429", p -> number(p.counts().throttled())),
              new Story.Row("  inside Retry-After", p -> number(p.counts().insideRetryAfter())),
              new Story.Row("suspensions", p -> number(p.counts().suspensions())),
              new Story.Row("API: without a token", p -> number(p.counts().unauthenticated())),
              new Story.Row("API: 429", p -> number(p.counts().apiThrottled())),
              new Story.Row("  first 200 ms after", p -> firstRush(p) + " %"),
              new Story.Row("sockets opened", p -> number(p.counts().webSocketsOpened())),
              new Story.Row(
                  "  refused: old token", p -> number(p.counts().webSocketsUnauthorized())),
              new Story.Row(
                  "  closed by the server", p -> number(p.counts().webSocketsClosedByAge()))),
          Throttled::broken);

  private Throttled() {}

  private static Column column(Column column) {
    return column.with("search_paths", Layout.webSocketSamplers());
  }

  /**
   * What Tollgate promises: it waits as long as it was told to, spreads, and opens with good
   * tokens.
   */
  static List<String> broken(Played played) {
    List<String> broken = new ArrayList<>();
    Counts counts = played.counts();
    if (played.run().exitCode() != 0 || played.results().count() == 0) {
      broken.add("JMeter ended with " + played.run().exitCode());
    }
    if (counts.insideRetryAfter() > 0) {
      broken.add(counts.insideRetryAfter() + " token requests inside Retry-After");
    }
    if (counts.suspensions() > 0) {
      broken.add(counts.suspensions() + " suspensions");
    }
    if (counts.unauthenticated() > 0) {
      broken.add(counts.unauthenticated() + " API requests without a token");
    }
    long unexplained =
        failed(played, "api", sample -> !List.of("429", "401").contains(sample.code()));
    if (unexplained > 0 || counts.avoidable() > 0) {
      broken.add(
          String.format(
              "%d avoidable 401s, %d samples failed for another reason: %s",
              counts.avoidable(), unexplained, played.results().failures()));
    }
    if (counts.webSocketsUnauthorized() > 0) {
      broken.add(counts.webSocketsUnauthorized() + " sockets refused for their token");
    }
    if (failed(played, "open", sample -> !sample.code().equals("429")) > 0) {
      broken.add("sockets that did not open again: " + played.results().failures());
    }
    if (counts.apiInsideRetryAfter() > 0) {
      broken.add(counts.apiInsideRetryAfter() + " API requests inside its Retry-After");
    }
    if (firstRush(played) > FIRST_RUSH) {
      broken.add("a rush when the API reopened: " + firstRush(played) + " % in the first 200 ms");
    }
    return broken;
  }

  /**
   * Of the API requests of the 600 ms after a 429 and a silence, the percentage that came in the
   * first 200 of them: the median over all such moments with a crowd behind them, since on a busy
   * machine some crowd comes late and some spread comes together. 0 if there was none.
   */
  static long firstRush(Played played) {
    List<Sample> samples = new ArrayList<>(of(played, "api"));
    samples.sort(Comparator.comparingLong(Sample::start));
    List<Long> shares = new ArrayList<>();
    long lastThrottled = 0;
    for (int i = 1; i < samples.size(); i++) {
      Sample before = samples.get(i - 1);
      lastThrottled = before.code().equals("429") ? before.start() : lastThrottled;
      long at = samples.get(i).start();
      boolean reopened = at - before.start() >= 400 && before.start() - lastThrottled < 500;
      long soon = reopened ? within(samples, at, 600) : 0;
      if (soon >= 50) {
        shares.add(100 * within(samples, at, 200) / soon);
      }
    }
    shares.sort(null);
    return shares.isEmpty() ? 0 : shares.get(shares.size() / 2);
  }

  private static long within(List<Sample> samples, long from, long millis) {
    return samples.stream().filter(s -> s.start() >= from && s.start() < from + millis).count();
  }

  static List<Sample> of(Played played, String label) {
    return played.results().samples().stream().filter(s -> s.label().equals(label)).toList();
  }

  private static long failed(Played played, String label, Predicate<Sample> which) {
    return of(played, label).stream().filter(s -> !s.success()).filter(which).count();
  }

  /** Nobody is let through for a while, then everybody. */
  private static void theLimitIsLifted(AuthServer server, JMeterRun run) {
    server.await("the first 429", LIMIT, counts -> counts.throttled() > 0);
    server.set(Map.of("rate_limit", "none"));
  }

  private static void allIsLost(AuthServer server, JMeterRun run) {
    theLimitIsLifted(server, run);
    server.await(
        "suspensions, and sockets with old tokens",
        LIMIT,
        counts ->
            counts.suspensions() > 0
                && counts.unauthenticated() > 0
                && counts.webSocketsUnauthorized() > 0);
  }

  private static void theApiIsRushed(AuthServer server, JMeterRun run) {
    theLimitIsLifted(server, run);
    server.await(
        "429s of the API, and sockets with old tokens",
        LIMIT,
        counts -> counts.apiThrottled() > CLOSINGS && counts.webSocketsUnauthorized() > 0);
    theApiReopens(server);
  }

  /** Twice: the crowd of the last 429s comes, and all of it. */
  private static void theApiReopens(AuthServer server) {
    long before = server.counts().apiOk();
    server.await(
        "the API to open again", LIMIT, counts -> counts.apiOk() >= before + 2 * IN_A_PERIOD);
  }

  /** The same with each form of Retry-After, at the refreshes to come. */
  private static void everyFormOfWaiting(AuthServer server, JMeterRun run) {
    theLimitIsLifted(server, run);
    server.await("the first token", LIMIT, counts -> counts.minted() >= 1);
    for (String form : List.of("date", "absent", "garbage")) {
      Counts before = server.counts();
      server.set(Map.of("retry_after", form, "rate_limit", "0/1s"));
      server.await("a 429", LIMIT, counts -> counts.throttled() > before.throttled());
      server.set(Map.of("rate_limit", "none", "retry_after", "seconds"));
      server.await("another token", LIMIT, counts -> counts.minted() > before.minted());
    }
    server.await(
        "sockets that are closed, and 429s of the API",
        LIMIT,
        counts -> counts.webSocketsClosedByAge() >= SOCKETS && counts.apiThrottled() > CLOSINGS);
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
