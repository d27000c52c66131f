package io.tollgate.bench.waves;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The intervals of a table. */
class SampleTest {
  @Test
  void theMiddleOfAnOddAndAnEvenNumber() {
    assertEquals(3, new Sample(new double[] {9, 1, 3}).median());
    assertEquals(2.5, new Sample(new double[] {9, 1, 3, 2}).median());
  }

  @Test
  void theMeanByStudent() {
    // t(0.975, 3) = 3.182; the standard error of these is 0.6455.
    Sample.Interval mean = new Sample(new double[] {1, 2, 3, 4}).meanInterval();
    assertEquals(2.5, mean.value());
    assertEquals(2.5 - 3.182 * 0.6455, mean.low(), 0.001);
    assertEquals(2.5 + 3.182 * 0.6455, mean.high(), 0.001);
  }

  @Test
  void oneValueTellsNothing() {
    Sample.Interval mean = new Sample(new double[] {7}).meanInterval();
    assertTrue(Double.isInfinite(mean.low()) && Double.isInfinite(mean.high()));
  }

  @Test
  void aDifferenceInEachPairIsSeenAndOneThatChangesSidesIsNot() {
    Sample slow = new Sample(new double[] {12, 23, 14, 31, 16, 25, 13, 28, 19, 22});
    Sample quick = new Sample(new double[] {10, 21, 13, 29, 15, 22, 12, 26, 17, 21});
    Sample.Interval seen = slow.minus(quick).medianInterval();
    assertTrue(seen.low() > 0 && seen.high() <= 3, seen.toString());
    assertFalse(seen.holdsZero());
    assertFalse(quick.minus(slow).medianInterval().holdsZero());
    Sample other = new Sample(new double[] {13, 22, 15, 30, 17, 24, 14, 27, 20, 21});
    assertTrue(slow.minus(other).medianInterval().holdsZero());
  }
}
