package io.tollgate.tests.failures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.tests.Control;
import io.tollgate.tests.Sample;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What examples/failures/sustained/README.md says, held to the server's counts. */
class SustainedTest {
  private static final Stage STAGE = new Stage("system");

  @Test
  void allIsWellForNineMinutesAndThenEverySessionIsRevoked() {
    Played failure = STAGE.play(Sustained.STORY, Sustained.FAILURE);
    Control.fails("refresh tokens sent twice", () -> thePromiseIsKept(failure));
    Control.fails("failed samples", () -> thePromiseIsKept(failure));

    Duration well = Sustained.untilTheFirstFailure(failure).orElseThrow();
    assertTrue(well.compareTo(Sustained.INTERVAL) >= 0, () -> "failed after " + well);
    List<Sample> failed = failure.results().failed();
    assertTrue(
        failed.stream()
            .anyMatch(
                sample ->
                    sample.label().equals("refresh")
                        && sample.message().contains("invalid_grant")
                        && sample.message().contains("The refresh token has been revoked.")),
        () -> "failed otherwise: " + failure.results().failures());
    assertTrue(
        failed.stream().anyMatch(sample -> sample.label().equals("api")), "the API still answered");
    assertEquals(List.of(), inTheLastMinute(failure).filter(Sample::success).toList(), "survived");
  }

  @Test
  void theForumsAnswerLosesNoTokenButKnowsNoLimit() {
    Played forum = STAGE.play(Sustained.STORY, Sustained.FORUM);
    Control.fails("under way at once", () -> thePromiseIsKept(forum));
    assertEquals(1, Sustained.broken(forum, Sustained.INTERVAL).size(), "the only thing");
    assertTrue(forum.counts().tokenRequestsAtOnce() > Sustained.ACCOUNTS / 2, "most of the logins");
  }

  @Test
  void withOneWriterForEachAccountNothingFails() {
    Played tollgate = STAGE.play(Sustained.STORY, Sustained.TOLLGATE);
    thePromiseIsKept(tollgate);
    assertEquals(Sustained.CAP, tollgate.counts().tokenRequestsAtOnce(), "the cap was reached");
    // Four logins each 200 ms: the last account, and each session that began for it, waits its
    // turn.
    List<Long> logins = Sustained.times(tollgate, "password");
    long last = logins.get(logins.size() - 1) - logins.get(0);
    assertTrue(last >= 700, () -> "the last login after " + last + " ms");
    // Of those that are under way when the run ends nothing is written.
    long ahead = minted(tollgate, "minted (ahead, by refresh token)");
    assertEquals(
        minted(tollgate, ", by refresh token)"), ahead, "refreshes while the old token was good");
    long untold = tollgate.counts().refreshRequests() - ahead;
    assertTrue(
        ahead >= Sustained.ACCOUNTS - Sustained.CAP && untold >= 0 && untold <= Sustained.CAP,
        () -> ahead + " refreshes ahead, " + tollgate.counts());
  }

  private static long minted(Played played, String how) {
    return played.run().log().lines().filter(line -> line.contains(how)).count();
  }

  private static Stream<Sample> inTheLastMinute(Played played) {
    List<Sample> samples = played.results().samples();
    long end = samples.stream().mapToLong(Sample::start).max().orElse(0);
    return samples.stream().filter(sample -> sample.start() > end - Sustained.MINUTE.toMillis());
  }

  private static void thePromiseIsKept(Played played) {
    assertEquals(List.of(), Sustained.broken(played, Sustained.INTERVAL));
  }
}
