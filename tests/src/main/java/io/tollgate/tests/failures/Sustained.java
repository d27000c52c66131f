package io.tollgate.tests.failures;

import com.fasterxml.jackson.databind.JsonNode;
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

  /**
   * How much later than meant a refresh may arrive: all accounts in front of it take their turn at
   * 4 each 200 ms, and a machine may be busy.
   */
  private static final Duration LATE = Duration.ofMillis(1000 + 1000);

  /** How much earlier: requests need not take equally long to the server. */
  private static final Duration EARLY = Duration.ofMillis(300);

  static final Column FAILURE = Column.failure();
  static final Column FORUM = Column.forum();
  static final Column TOLLGATE = Column.tollgate();

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
    if (played.counts().refreshRequests() != ACCOUNTS) {
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
        .map(sample -> Duration.ofMillis(sample.start() - login))
        .min(Comparator.naturalOrder());
  }

  /** How many sessions there were: each is a thread. */
  static long sessions(Played played) {
    return played.results().samples().stream().map(Sample::thread).distinct().count();
  }

  /**
   * The server does not know whose refresh token it is sent, but that does not matter: if each
   * refresh comes at the right age of its own token, so does the n-th refresh at that of the n-th.
   */
  private static List<String> refreshedAtOtherAges(Played played, Duration interval) {
    List<Long> logins = times(played, "password");
    List<Long> refreshes = times(played, "refresh_token");
    List<String> broken = new ArrayList<>();
    for (int i = 0; i < Math.min(logins.size(), refreshes.size()); i++) {
      long age = refreshes.get(i) - logins.get(i);
      if (age < interval.minus(EARLY).toMillis() || age > interval.plus(LATE).toMillis()) {
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
