package io.tollgate.tests.failures;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Which requests come together. */
class MinuteMarkSpreadTest {
  private static final Duration MINUTE = Duration.ofSeconds(2);

  @Test
  void requestsOnTheMinuteAreOneTenthAndOneCrowd() {
    MinuteMarkSpread spread = of(2000, 2010, 2199, 4000, 4150, 6001);
    assertArrayEquals(new int[] {6, 0, 0, 0, 0, 0, 0, 0, 0, 0}, spread.histogram());
    assertEquals(100, spread.fullestTenth());
    assertEquals(6, spread.fullest());
    assertEquals(3, spread.minutes());
    assertEquals(3, spread.crowd());
  }

  @Test
  void requestsOneAfterTheOtherFillAllTenths() {
    MinuteMarkSpread spread =
        new MinuteMarkSpread(LongStream.range(0, 80).mapToObj(i -> 777 + 50 * i).toList(), MINUTE);
    assertEquals(10, spread.fullestTenth());
    assertEquals(4, spread.crowd());
  }

  @Test
  void aCrowdThatWandersThroughTheMinuteIsStillACrowd() {
    MinuteMarkSpread spread = of(0, 1, 2, 2300, 2301, 2302, 4600, 4601, 4602, 6900, 6901, 6902);
    assertEquals(25, spread.fullestTenth());
    assertEquals(3, spread.crowd());
  }

  @Test
  void aCrowdAcrossTheEdgeOfATenthIsStillACrowd() {
    assertEquals(4, of(190, 199, 200, 210).crowd());
    assertEquals(1, of(0, 200).crowd());
  }

  @Test
  void withoutRequestsThereIsNothing() {
    assertEquals(0, of().fullestTenth());
    assertEquals(0, of().minutes());
    assertEquals(0, of().crowd());
  }

  private static MinuteMarkSpread of(long... times) {
    return new MinuteMarkSpread(LongStream.of(times).boxed().toList(), MINUTE);
  }

  @Test
  void theOrderOfRequestsDoesNotMatter() {
    assertEquals(2, new MinuteMarkSpread(List.of(500L, 0L, 100L), MINUTE).crowd());
  }
}
