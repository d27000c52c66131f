package io.tollgate.tests.failures;

import io.tollgate.tests.AuthServer;
import io.tollgate.tests.Await;
import io.tollgate.tests.JMeterRun;
import io.tollgate.tests.Sample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * "After 15 minutes of steady state the refresh starts failing, errors cluster on the minute."
 *
 * <p>Every thread refreshes by the clock, and all of them with the same refresh token, which the
 * server rotates.
 */
final class MinuteMark {
  /** How long a minute lasts, and a token: {@code minute.ms} and {@code --lifetime}. */
  static final Duration MINUTE = Duration.ofSeconds(2);

  static final Duration LIFETIME = Duration.ofSeconds(4);

  /** The distance of two token requests: {@code token_request_spacing}. */
  static final Duration SPACING = Duration.ofMillis(50);

  /** Enough of them that the last one's turn comes a minute after the first one's. */
  static final int USERS = 40;

  /**
   * At the distance set, a tenth of a minute holds so many requests, and one more for its edges.
   */
  static final long IN_A_TENTH = MINUTE.toMillis() / 10 / SPACING.toMillis() + 1;

  /** Twice what the distance allows: a busy machine may send late what it meant to send apart. */
  static final long CROWD = 2 * IN_A_TENTH;

  /** When Tollgate sent its token requests; they come to a busy server later than that. */
  private static final String TOKEN_REQUESTS = "tokens.jtl";

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** What a second of the load brings: 50 threads that pause for 150 ms. */
  private static final int A_SECOND = 300;

  static final Column FAILURE = Column.failure().until(MinuteMark::threeMarksHavePassed);
  static final Column FORUM =
      Column.forum().with("users", USERS).until(MinuteMark::eachUserIsRefreshedTwice);
  static final Column TOLLGATE = Column.tollgate().until(MinuteMark::theRefreshTokenIsRevoked);

  /** Not in the table: another process uses the refresh token that Tollgate keeps in a file. */
  static final Column SHARED =
      Column.tollgate()
          .named("tollgate-shared", "Tollgate, and another process")
          .with("threads", 5)
          .until(MinuteMark::anotherProcessUsesIt);

  static final Column MANY =
      Column.tollgate()
          .named("tollgate-many", "Tollgate, 1000")
          .until(MinuteMark::mostUsersAreRefreshedTwice)
          .with("users", USERS)
          .with("threads", 1000)
          .with("pause.min", 3000)
          .with("pause.max", 5000)
          .with("tollgate.samples", "file")
          .with("tollgate.samples.file", TOKEN_REQUESTS)
          // Half a life is the time from one refresh of a user to the next. Twice as long as all
          // users' turns take, so that a late one does not outlive its token.
          .flag("--lifetime", "8s");

  static final Story STORY =
      new Story(
          "minute-mark",
          "threads that refresh by the clock, and a server that rotates refresh tokens",
          List.of(FAILURE, FORUM, TOLLGATE, MANY),
          List.of(
              new Story.Row("threads", p -> p.column().load().getOrDefault("threads", "50")),
              new Story.Row("users", p -> number(users(p))),
              new Story.Row("samples", p -> number(p.results().count())),
              new Story.Row("failed samples", p -> number(p.results().failed().size())),
              new Story.Row("token requests", p -> number(p.counts().tokenRequests())),
              new Story.Row("  by password", p -> number(p.counts().passwordRequests())),
              new Story.Row("  by refresh token", p -> number(p.counts().refreshRequests())),
              new Story.Row("    refused", p -> number(p.counts().refreshRejected())),
              new Story.Row("    an old one again", p -> number(p.counts().refreshReused())),
              new Story.Row("  in the fullest tenth", MinuteMark::fullestTenth),
              new Story.Row("  crowd", p -> number(spread(p).crowd()))),
          MinuteMark::broken);

  static final String AVOIDABLE = " avoidable 401s";

  private MinuteMark() {}

  /** What Tollgate promises: rotation is not raced, one login brings it back, requests spread. */
  static List<String> broken(Played played) {
    List<String> broken = new ArrayList<>();
    long revoked = played.column() == TOLLGATE ? 1 : 0;
    long users = users(played);
    if (played.run().exitCode() != 0 || played.results().count() == 0) {
      broken.add("JMeter ended with " + played.run().exitCode());
    }
    // A token that was good when it was read may end on the way: the server tells them apart.
    if (played.results().failed().size() > played.counts().unauthorized()) {
      broken.add("failed samples: " + played.results().failures());
    }
    if (played.counts().avoidable() > 0) {
      broken.add(played.counts().avoidable() + AVOIDABLE);
    }
    if (played.counts().refreshReused() > 0) {
      broken.add(played.counts().refreshReused() + " old refresh tokens sent again");
    }
    if (played.counts().refreshRejected() != revoked) {
      broken.add(
          played.counts().refreshRejected() + " refresh tokens refused, " + revoked + " revoked");
    }
    if (played.counts().passwordRequests() != users + revoked) {
      broken.add(
          String.format(
              "%d logins of %d users, %d refresh tokens revoked",
              played.counts().passwordRequests(), users, revoked));
    }
    if (played.counts().refreshRequests() < users) {
      broken.add("only " + played.counts().refreshRequests() + " refreshes");
    }
    MinuteMarkSpread spread = spread(played);
    if (manyRequests(played) && spread.fullest() > IN_A_TENTH * spread.minutes()) {
      broken.add(
          String.format(
              "%d %% of the token requests in one tenth of the minute: %s",
              spread.fullestTenth(), spread));
    }
    // Those that come while the server waits for a processor it notes together.
    long held = played.cpuWait().toMillis() / SPACING.toMillis();
    int came = new MinuteMarkSpread(played.requestTimes(), MINUTE).crowd();
    if (spread.crowd() > CROWD || came > CROWD + held) {
      broken.add("a crowd of " + came + " token requests in a tenth of a minute");
    }
    return broken;
  }

  static MinuteMarkSpread spread(Played played) {
    return new MinuteMarkSpread(sent(played), MINUTE);
  }

  /** As Tollgate says where it was asked, but for the last ones, else as they came. */
  static List<Long> sent(Played played) {
    List<Long> came = played.requestTimes();
    List<Long> sent =
        played.run().tokenRequests(TOKEN_REQUESTS).samples().stream()
            .map(Sample::start)
            .sorted()
            .toList();
    return sent.size() + IN_A_TENTH < came.size() ? came : sent;
  }

  /** At each mark all threads but one or two are refused. */
  private static void threeMarksHavePassed(AuthServer server, JMeterRun run) {
    server.await("three marks", LIMIT, counts -> counts.refreshRequests() >= 3 * 45);
  }

  private static void eachUserIsRefreshedTwice(AuthServer server, JMeterRun run) {
    server.await("two refreshes a user", LIMIT, counts -> counts.refreshRequests() >= 2 * USERS);
  }

  private static void mostUsersAreRefreshedTwice(AuthServer server, JMeterRun run) {
    server.await("refreshes", LIMIT, counts -> counts.refreshRequests() >= USERS + USERS * 3 / 4);
  }

  /** Once it has been rotated, the refresh token dies at the server; the access token lives on. */
  private static void theRefreshTokenIsRevoked(AuthServer server, JMeterRun run) {
    rotated(run);
    server.revokeRefreshTokens();
    server.await("the login after it", LIMIT, counts -> counts.passwordRequests() == 2);
    long before = server.counts().apiOk();
    server.await("the load to go on", LIMIT, counts -> counts.apiOk() >= before + A_SECOND);
  }

  /** Once it has been rotated, somebody who reads the file as well is first to use it. */
  private static void anotherProcessUsesIt(AuthServer server, JMeterRun run) {
    rotated(run);
    Path file = run.directory().resolve("refresh-token");
    // Where Tollgate is first, the next one is in the file soon.
    Await.until(
        "the newest refresh token to be in the file",
        LIMIT,
        () -> server.refresh(content(file)) == 200);
    server.await("the login after it", LIMIT, counts -> counts.passwordRequests() == 2);
  }

  /** The second refresh token: the first one came with the login. */
  private static String rotated(JMeterRun run) {
    return otherThan(otherThan("", run), run);
  }

  /** What load.properties says is kept in this file, once it is another. */
  private static String otherThan(String old, JMeterRun run) {
    Path file = run.directory().resolve("refresh-token");
    Await.until("a refresh token", LIMIT, () -> !content(file).equals(old));
    return content(file);
  }

  private static String content(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file).strip() : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long users(Played played) {
    return Long.parseLong(played.column().load().getOrDefault("users", "1"));
  }

  /** One user's few requests fall into few tenths, however they come. */
  private static boolean manyRequests(Played played) {
    return played.counts().tokenRequests() >= 2 * USERS;
  }

  private static String fullestTenth(Played played) {
    return manyRequests(played) ? spread(played).fullestTenth() + " %" : "";
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
