package io.tollgate.tests.failures;

import com.fasterxml.jackson.databind.JsonNode;
import io.tollgate.tests.AuthServer;
import io.tollgate.tests.Counts;
import io.tollgate.tests.JMeterRun;
import io.tollgate.tests.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * "After 10 minutes at 50 sessions a minute: invalid_grant, the refresh token has been revoked."
 *
 * <p>Sessions of one account begin with the same tokens and refresh them each for itself; the
 * server takes a refresh token that comes twice for stolen.
 */
final class Sustained {
  /** How long a minute lasts. */
  static final Duration MINUTE = Duration.ofMillis(600);

  /** How old a token gets before it is replaced: {@code refresh.ms}, {@code refresh_interval}. */
  static final Duration INTERVAL = Duration.ofMillis(5400);

  /** How many token requests may be under way: {@code max_concurrent_token_requests}. */
  static final int CAP = 4;

  static final int ACCOUNTS = 20;

  /** Requests to the API in two minutes: 50 sessions in each, with 4 requests. */
  private static final int TWO_MINUTES = 2 * 50 * 4;

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /**
   * How much later than meant a refresh may arrive: all accounts in front of it take their turn at
   * 4 each 200 ms, and as much again. What the machine adds is measured.
   */
  private static final Duration LATE = Duration.ofMillis(1000 + 1000);

  /** How much earlier: requests need not take equally long to the server. */
  private static final Duration EARLY = Duration.ofMillis(300);

  static final Column FAILURE = withSessions(Column.failure().until(Sustained::allAreRevoked));
  static final Column FORUM = withSessions(Column.forum().until(Sustained::allAreRefreshed));
  static final Column TOLLGATE = withSessions(Column.tollgate().until(Sustained::allAreRefreshed));

  static final Story STORY =
      new Story(
          "sustained",
          "50 sessions a minute that share logins, and a server that revokes what is used twice",
          List.of(FAILURE, FORUM, TOLLGATE),
          List.of(
              new Story.Row("sessions", p -> number(sessions(p))),
              new Story.Row("samples", p -> number(p.results().count())),
              new Story.Row("failed samples", p -> number(p.results().failed().size())),
              new Story.Row("first of them after", Sustained::firstFailure),
              new Story.Row("token requests", p -> number(p.counts().tokenRequests())),
              new Story.Row("  logins", p -> number(p.counts().passwordRequests())),
              new Story.Row("  refreshes", p -> number(p.counts().refreshRequests())),
              new Story.Row("    refused", p -> number(p.counts().refreshRejected())),
              new Story.Row("    sent twice", p -> number(p.counts().refreshReused())),
              new Story.Row("  most under way", p -> number(p.counts().tokenRequestsAtOnce()))),
          played -> broken(played, INTERVAL));

  private Sustained() {}

  /** As many a minute as in load.properties, for as long as a run may last. */
  private static Column withSessions(Column column) {
    long duration = Long.parseLong(column.load().get("duration"));
    return column.with("sessions", 50 * duration * 1000 / MINUTE.toMillis());
  }

  /**
   * Each account's refresh token has been sent twice, and sessions go on for two minutes. One
   * account's can be sent often before another's is sent at all, so what tells that all are revoked
   * is that for two minutes no session gets through any more.
   */
  private static void allAreRevoked(AuthServer server, JMeterRun run) {
    Refusals refusals = new Refusals();
    server.await(
        "each refresh token to be sent twice",
        LIMIT,
        counts -> refusals.lastForTwoMinutes(counts) && counts.refreshReused() >= ACCOUNTS);
    long before = server.counts().unauthorized();
    server.await(
        "the last minutes", LIMIT, counts -> counts.unauthorized() >= before + TWO_MINUTES);
  }

  /** What the API has said since the last session that got through. */
  private static final class Refusals {
    private long granted = -1;
    private long refusedBefore;
    private long since;

    boolean lastForTwoMinutes(Counts counts) {
      if (counts.apiOk() != granted) {
        granted = counts.apiOk();
        refusedBefore = counts.unauthorized();
        since = System.nanoTime();
      }
      return counts.unauthorized() >= refusedBefore + TWO_MINUTES
          && System.nanoTime() - since >= 2 * MINUTE.toNanos();
    }
  }

  /** Each account has been refreshed, and sessions go on for two minutes. */
  private static void allAreRefreshed(AuthServer server, JMeterRun run) {
    server.await(
        "a refresh of each account", LIMIT, counts -> counts.refreshRequests() >= ACCOUNTS);
    long before = server.counts().apiOk();
    server.await("the last minutes", LIMIT, counts -> counts.apiOk() >= before + TWO_MINUTES);
  }

  /**
   * What Tollgate promises: nothing fails, no refresh token is sent twice, each account is
   * refreshed at the age that was set, and never more than so many requests are under way.
   */
  static List<String> broken(Played played, Duration interval) {
    List<String> broken = new ArrayList<>();
    if (played.run().exitCode() != 0 || played.results().count() == 0) {
      broken.add("JMeter ended with " + played.run().exitCode());
    }
    if (!played.results().failed().isEmpty()) {
      broken.add(
          played.results().failed().size() + " failed samples: " + played.results().failures());
    }
    if (played.counts().refreshReused() > 0) {
      broken.add(played.counts().refreshReused() + " refresh tokens sent twice");
    }
    if (played.counts().refreshRejected() > 0) {
      broken.add(played.counts().refreshRejected() + " refresh tokens refused");
    }
    if (played.counts().passwordRequests() != ACCOUNTS) {
      broken.add(played.counts().passwordRequests() + " logins of " + ACCOUNTS + " accounts");
    }
    if (played.counts().refreshRequests() < ACCOUNTS) {
      broken.add(played.counts().refreshRequests() + " refreshes of " + ACCOUNTS + " accounts");
    }
    if (played.counts().tokenRequestsAtOnce() > CAP) {
      broken.add(played.counts().tokenRequestsAtOnce() + " token requests under way at once");
    }
    broken.addAll(refreshedAtOtherAges(played, interval));
    return broken;
  }

  /** From the first login to the first failed sample; nothing if none failed. */
  static Optional<Duration> untilTheFirstFailure(Played played) {
    long login = times(played, "password").get(0);
    return played.results().failed().stream()
        .map(sample -> Duration.ofMillis(sample.end() - login))
        .min(Comparator.naturalOrder());
  }

  /** How many sessions there were: each is a thread. */
  static long sessions(Played played) {
    return played.results().samples().stream().map(Sample::thread).distinct().count();
  }

  /**
   * The server does not know whose refresh token it is sent, but that does not matter: if each
   * refresh comes at the right age of its own token, so does the n-th refresh at that of the n-th
   * token. A run that lasts longer sees second refreshes too.
   */
  private static List<String> refreshedAtOtherAges(Played played, Duration interval) {
    List<Long> tokens = times(played, "password");
    List<Long> refreshes = times(played, "refresh_token");
    List<String> broken = new ArrayList<>();
    tokens.addAll(refreshes);
    for (int i = 0; i < Math.min(tokens.size(), refreshes.size()); i++) {
      long age = refreshes.get(i) - tokens.get(i);
      Duration youngest = interval.minus(EARLY).minus(played.cpuWait());
      Duration oldest = interval.plus(LATE).plus(played.cpuWait());
      if (age < youngest.toMillis() || age > oldest.toMillis()) {
        broken.add("a token refreshed after " + age + " ms");
      }
    }
    return broken;
  }

  /** When the token requests of a grant came, in ms since the epoch. */
  static List<Long> times(Played played, String grant) {
    List<Long> times = new ArrayList<>();
    for (JsonNode request : played.requests()) {
      if (request.path("grant").asText().equals(grant)) {
        times.add(request.path("at_ms").asLong());
      }
    }
    times.sort(null);
    return times;
  }

  private static String firstFailure(Played played) {
    return untilTheFirstFailure(played)
        .map(after -> String.format(Locale.ROOT, "%.1f s", after.toMillis() / 1000.0))
        .orElse("");
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
