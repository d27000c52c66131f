package io.tollgate.tests.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tollgate.tests.Sample;
import io.tollgate.tests.chaos.JMeterRuns.Footprint;
import io.tollgate.tests.chaos.JMeterRuns.Run;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Where Tollgate's own count of a run is found. */
class TokenCountsTest {
  private static final String PROFILE = "filed";

  private static Run run(long from, TokenCounts status) {
    return new Run(from, from + 900, from + 950, new Footprint(1, 1, 1), Map.of(PROFILE, status));
  }

  private static String summary(long requests) {
    return "profile 'filed': tokens minted 1 (first 1), token requests " + requests + ", reads 7";
  }

  /** So many token requests from a time on, the first of which failed. */
  private static List<Sample> listed(long from, long count) {
    return LongStream.range(0, count)
        .mapToObj(i -> new Sample(from + i, 5, "token request", "", "", "Users 1-1", i > 0))
        .toList();
  }

  private static TokenCounts of(TokenCounts status, long ofSummary, long listed) {
    return TokenCounts.of(
        PROFILE, List.of(run(1000, status)), List.of(summary(ofSummary)), listed(1000, listed));
  }

  @Test
  void theStatusKnowsOfRequestsThatEndedAfterTheRun() {
    TokenCounts status = new TokenCounts(12, 11, 1, 0);
    assertEquals(status, of(status, 11, 12));
    assertEquals(status, of(status, 11, 11), "the last is not listed any more");
  }

  @Test
  void afterANewSecretTheStatusIsThatOfAnotherCredential() {
    TokenCounts nothing = new TokenCounts(0, 0, 0, 2);
    assertEquals(new TokenCounts(9, 8, 1, 2), of(nothing, 9, 9));
    assertEquals(new TokenCounts(10, 9, 1, 2), of(nothing, 9, 10), "one was under way at the end");
  }

  @Test
  void whatTheCredentialBeforeWasAskedForAtTheStartIsListedOnly() {
    TokenCounts status = new TokenCounts(19, 18, 1, 0);
    assertEquals(new TokenCounts(21, 20, 1, 0), of(status, 19, 21));
  }

  @Test
  void eachRunHasItsOwn() {
    TokenCounts status = new TokenCounts(3, 2, 1, 0);
    List<Sample> listed =
        Stream.concat(listed(1000, 3).stream(), listed(2000, 4).stream()).toList();
    assertEquals(
        new TokenCounts(7, 5, 2, 0),
        TokenCounts.of(
            PROFILE,
            List.of(run(1000, status), run(2000, status)),
            List.of(summary(3), summary(3)),
            listed));
  }
}
