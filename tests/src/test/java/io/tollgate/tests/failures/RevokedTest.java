package io.tollgate.tests.failures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.tests.Control;
import io.tollgate.tests.Counts;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What examples/failures/revoked/README.md says, held to the server's counts. */
class RevokedTest {
  private static final Stage STAGE = new Stage("system");
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Seven lives of a token, and the seven seconds that a first sample takes on a busy machine. */
  private static final int SECONDS = 21;

  /**
   * What a quiet machine shows in a quarter of a minute; the longest run may cost no more tokens.
   */
  private static final int MANY_TOKENS = 200;

  @Test
  void allThreadsFetchAndRevokeEachOthersTokens() {
    Played failure =
        STAGE.play(
            Revoked.STORY,
            Revoked.FAILURE.until(
                (server, run) ->
                    server.await(
                        "old tokens, many tokens, and requests without a tenant",
                        LIMIT,
                        counts ->
                            counts.ownAvoidable() > 0
                                && counts.minted() > MANY_TOKENS
                                && counts.withoutTenant() > 0)));
    Control.fails("avoidable 401s", () -> thePromiseIsKept(failure));
    Control.fails("tokens, where", () -> thePromiseIsKept(failure));
    Control.fails("requests without one", () -> thePromiseIsKept(failure));
    long calm = Revoked.calm(failure);
    assertTrue(calm > 1000, () -> "all is well for a token's life, and not only " + calm + " ms");
  }

  @Test
  void theForumsAnswerFetchesOnceAndStillSendsOldTokens() {
    // A thread pauses between reading the token and sending it: longer than the server excuses.
    Played forum =
        STAGE.play(
            Revoked.STORY,
            Revoked.FORUM
                .with("pause.min", 600)
                .with("pause.max", 1200)
                .until(
                    (server, run) ->
                        server.await("old tokens", LIMIT, counts -> counts.ownAvoidable() > 0)));
    Control.fails("avoidable 401s", () -> thePromiseIsKept(forum));
    assertEquals(0, forum.counts().withoutTenant(), "this it does solve");
  }

  @Test
  void noModeSendsATokenThatItCouldKnowIsDead() {
    // At a pace that leaves a busy machine time to send what it has read.
    Column column =
        Revoked.TOLLGATE.with("duration", SECONDS).with("pause.min", 500).with("pause.max", 900);
    Played tollgate = STAGE.play(Revoked.STORY, column);
    thePromiseIsKept(tollgate);
    Counts ahead = tollgate.counts().of("ahead");
    Counts learned = tollgate.counts().of("learned");
    Counts late = tollgate.counts().of("late");
    Counts drain = tollgate.counts().of("drain");
    assertTrue(ahead.ownUnavoidable() > 0, () -> "nothing was revoked: " + tollgate.counts());
    assertEquals(0, drain.ownUnavoidable(), "drain loses no request at all");
    assertTrue(
        late.minted() <= ahead.minted() && learned.minted() <= ahead.minted(),
        () -> "late mints no more: " + tollgate.counts());

    long[] drains = Revoked.drains(tollgate, "drain");
    assertTrue(drains[0] >= 3, () -> "drains: " + tollgate.run().summaries("drain"));
    assertEquals(0, drains[1], "sends cut off");
    assertEquals(1, logged(tollgate, "profile 'learned'", "the server revokes the previous token"));
    assertEquals(0, logged(tollgate, "profile 'ahead'", "the server revokes the previous token"));
  }

  @Test
  void aMissingScopeIsToldFromAnExpiredTokenAndFetchesNothing() {
    Played failure = STAGE.play(Revoked.STORY, Revoked.SCOPE_FAILURE);
    assertTrue(
        failure.counts().tokenRequests() > 20,
        () -> "a new token for each 403: " + failure.counts());

    Played tollgate = STAGE.play(Revoked.STORY, Revoked.SCOPE);
    assertEquals(1, tollgate.counts().tokenRequests(), "token requests");
    assertTrue(tollgate.counts().forbidden() > 20, () -> "403s: " + tollgate.counts());
    assertEquals(
        1,
        logged(
            tollgate,
            "the token is valid and has not expired, but it lacks the scope 'calls'",
            "(asked for: 'other')"));
  }

  private static long logged(Played played, String... parts) {
    return played
        .run()
        .log()
        .lines()
        .filter(line -> List.of(parts).stream().allMatch(line::contains))
        .count();
  }

  private static void thePromiseIsKept(Played played) {
    assertEquals(List.of(), Revoked.broken(played));
  }
}
