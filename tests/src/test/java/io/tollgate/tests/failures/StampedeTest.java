package io.tollgate.tests.failures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.tests.Control;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What examples/failures/stampede/README.md says, held to the server's counts. */
class StampedeTest {
  private static final Stage STAGE = new Stage("system");

  @Test
  void threadsThatFetchForThemselvesAreDropped() {
    Played failure = STAGE.play(Stampede.STORY, Stampede.FAILURE);
    Control.fails("failed samples", () -> thePromiseIsKept(failure));
    Control.fails("connections dropped", () -> thePromiseIsKept(failure));
    Control.fails("tokens minted", () -> thePromiseIsKept(failure));
    assertTrue(
        failure.counts().tokenConnectionsDropped() > 300, () -> "no crowd: " + failure.counts());
    assertEquals(0, failure.counts().rejected(), "credentials are valid");
  }

  @Test
  void theForumsAnswerFetchesOnceAndLetsEverybodyWaitForIt() {
    Played forum = STAGE.play(Stampede.STORY, Stampede.FORUM);
    Control.fails("threads waited for a refresh", () -> thePromiseIsKept(forum));
    assertEquals(0, forum.counts().tokenConnectionsDropped(), "this it does solve");
    assertEquals(0, forum.results().failed().size(), "and this");
  }

  @Test
  void oneTokenServesAllAndNobodyWaitsForTheNext() {
    thePromiseIsKept(STAGE.play(Stampede.STORY, Stampede.TOLLGATE));
  }

  private static void thePromiseIsKept(Played played) {
    assertEquals(List.of(), Stampede.broken(played));
  }
}
