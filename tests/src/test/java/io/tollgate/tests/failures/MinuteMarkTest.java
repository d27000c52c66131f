package io.tollgate.tests.failures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.tests.Control;
import io.tollgate.tests.Sample;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What examples/failures/minute-mark/README.md says, held to the server's counts. */
class MinuteMarkTest {
  private static final Stage STAGE = new Stage("system");

  @Test
  void theRefreshFailsOnTheMinuteAndAllIsWellBeforeIt() {
    Played failure = STAGE.play(MinuteMark.STORY, MinuteMark.FAILURE);
    Control.fails("old refresh tokens sent again", () -> thePromiseIsKept(failure));
    Control.fails("failed samples", () -> thePromiseIsKept(failure));
    Control.fails("in one tenth of the minute", () -> thePromiseIsKept(failure));
    Control.fails("a crowd of", () -> thePromiseIsKept(failure));

    for (Sample sample : failure.results().failed()) {
      assertEquals("401", sample.code());
    }
    // A JMeter that stood still for long may send a token that has ended meanwhile.
    List<Sample> failed =
        failure.results().failed().stream()
            .filter(sample -> sample.label().equals("refresh"))
            .toList();
    for (Sample sample : failed) {
      assertTrue(
          sample.message().contains("The refresh token is invalid or expired"), sample.message());
    }
    MinuteMarkSpread errors =
        new MinuteMarkSpread(failed.stream().map(Sample::start).toList(), MinuteMark.MINUTE);
    int[] tenths = errors.histogram();
    // Spread evenly, a fifth would be in these. Of three marks, one may find JMeter standing still.
    assertTrue(tenths[0] + tenths[1] > 0.5 * failed.size(), () -> "errors are spread: " + errors);
    assertTrue(errors.crowd() >= 30, () -> "all but a few lose: " + errors.crowd());

    long begin = failure.run().startMillis();
    long wellUntil = begin + MinuteMark.LIFETIME.minus(MinuteMark.MINUTE).toMillis();
    assertTrue(failed.stream().allMatch(sample -> sample.start() >= wellUntil), "failed early");
  }

  @Test
  void theForumsAnswerDoesNotRaceButComesInCrowds() {
    Played forum = STAGE.play(MinuteMark.STORY, MinuteMark.FORUM);
    Control.fails("a crowd of", () -> thePromiseIsKept(forum));
    List<String> besidesCrowds =
        MinuteMark.broken(forum).stream()
            .filter(broken -> !broken.contains("a crowd of") && !broken.contains("tenth"))
            // Who looks at the clock some time before the request is late on a busy machine.
            .filter(broken -> !broken.endsWith(MinuteMark.AVOIDABLE))
            .toList();
    assertEquals(List.of(), besidesCrowds);
    int crowd = MinuteMark.spread(forum).crowd();
    assertTrue(crowd > MinuteMark.USERS / 2, () -> "of 40 users only " + crowd + " together");
  }

  @Test
  void oneWriterRefreshesAndLogsInOnceWhenTheRefreshTokenIsRevoked() {
    Played tollgate = STAGE.play(MinuteMark.STORY, MinuteMark.TOLLGATE);
    thePromiseIsKept(tollgate);
    assertEquals(2, tollgate.counts().passwordRequests(), "logins");
  }

  @Test
  void theRefreshesOfManyUsersAreSpreadOverTheMinute() {
    Played many = STAGE.play(MinuteMark.STORY, MinuteMark.MANY);
    thePromiseIsKept(many);
    long refreshes = many.counts().refreshRequests();
    assertTrue(refreshes > MinuteMark.USERS, () -> "too few refreshes to judge: " + refreshes);

    List<Long> times = MinuteMark.sent(many);
    long lastLogin = times.get(MinuteMark.USERS - 1) - times.get(0);
    long apart = MinuteMark.SPACING.toMillis() * (MinuteMark.USERS - 1);
    assertTrue(lastLogin >= 0.95 * apart, () -> "the last login after " + lastLogin + " ms");
    long late = 2000 + many.cpuWait().toMillis();
    assertTrue(lastLogin <= apart + late, () -> "the last login after " + lastLogin + " ms");
  }

  @Test
  void anotherProcessWithTheSameRefreshTokenIsNamedInTheLog() {
    Played shared = STAGE.play(MinuteMark.STORY, MinuteMark.SHARED);
    // A token that was good when it was read may end on the way: the server tells them apart.
    assertTrue(
        shared.results().failed().size() <= shared.counts().unavoidable(),
        () -> "failed: " + shared.results().failures());
    assertEquals(0, shared.counts().avoidable(), MinuteMark.AVOIDABLE);
    assertEquals(2, shared.counts().passwordRequests(), "logins");
    List<String> named =
        shared.run().log().lines().filter(line -> line.contains("another process")).toList();
    assertEquals(1, named.size(), () -> shared.run().log());
    assertTrue(named.get(0).contains("WARN") && named.get(0).contains("'demo'"), named.get(0));
  }

  private static void thePromiseIsKept(Played played) {
    assertEquals(List.of(), MinuteMark.broken(played));
  }
}
