package io.tollgate.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeAxisTest {
  @Test
  void timesHavePlacesAndWhatIsOutsideIsAtTheEnds() {
    TimeAxis axis = new TimeAxis(10_000, 20_000, 100, 50);
    assertEquals(125, axis.x(15_000));
    assertEquals(100, axis.x(0));
    assertEquals(150, axis.x(Long.MAX_VALUE));
  }

  @Test
  void labelsAreRoundTimesWithRoom() {
    assertEquals(Arrays.asList(15_000L, 20_000L), new TimeAxis(10_001, 20_000, 0, 1).ticks(3));
    for (long seconds : new long[] {0, 1, 7, 61, 3599, 86_400, 10_000_000}) {
      List<Long> ticks = new TimeAxis(5, 5 + seconds * 1000, 0, 1).ticks(9);
      assertTrue(ticks.size() <= 9, seconds + ": " + ticks);
    }
  }

  @Test
  void durationsAreSpoken() {
    assertEquals("999 ms", Spoken.duration(999));
    assertEquals("4 s", Spoken.duration(4000));
    assertEquals("4.2 s", Spoken.duration(4210));
    assertEquals("12 s", Spoken.duration(12_400));
    assertEquals("9 m 56 s", Spoken.duration(596_000));
    assertEquals("2 h", Spoken.duration(7_200_000));
    assertEquals("3 d 1 h", Spoken.duration(73 * 3_600_000L));
  }
}
