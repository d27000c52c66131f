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
}
