package io.tollgate.tests.failures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.tests.Control;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What examples/failures/throttled/README.md says, held to the server's counts. */
class ThrottledTest {
  private static final Stage STAGE = new Stage("system");

  @Test
  void threadsThatAskAgainAtOnceAreSuspendedAndKeepTheirOldTokens() {
    Played failure = STAGE.play(Throttled.STORY, Throttled.FAILURE);
    Control.fails("inside Retry-After", () -> thePromiseIsKept(failure));
    Control.fails("suspensions", () -> thePromiseIsKept(failure));
    Control.fails("without a token", () -> thePromiseIsKept(failure));
    Control.fails("sockets refused for their token", () -> thePromiseIsKept(failure));
  }

  @Test
  void theForumsAnswerWaitsForTheTokenAndRushesTheApi() {
    Played forum =
        STAGE.play(
            Throttled.STORY, Throttled.FORUM.flag("--api-rate-limit", Throttled.LONG_PERIODS));
    assertEquals(0, forum.counts().insideRetryAfter(), "this it does solve");
    assertEquals(0, forum.counts().suspensions(), "and this");
    Control.fails("a rush when the API reopened", () -> thePromiseIsKept(forum));
    Control.fails("sockets refused for their token", () -> thePromiseIsKept(forum));
  }

  @Test
  void everyFormOfWaitingIsKeptAndSocketsOpenAgain() {
    Played tollgate = STAGE.play(Throttled.STORY, Throttled.TOLLGATE);
    thePromiseIsKept(tollgate);
    assertTrue(tollgate.counts().throttled() >= 4, () -> "too few 429s: " + tollgate.counts());
    assertTrue(tollgate.counts().apiThrottled() > 0, () -> "no 429: " + tollgate.counts());
    assertTrue(Throttled.firstRush(tollgate) > 0, "the API was never closed to a crowd");
    assertTrue(
        tollgate.counts().webSocketsClosedByAge() >= Throttled.SOCKETS,
        () -> "too few sockets closed: " + tollgate.counts());
  }

  private static void thePromiseIsKept(Played played) {
    assertEquals(List.of(), Throttled.broken(played));
  }
}
