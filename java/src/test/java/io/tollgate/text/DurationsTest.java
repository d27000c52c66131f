package io.tollgate.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DurationsTest {
  @Test
  void eachIsWrittenInTheUnitThatPeopleWouldUse() {
    assertEquals("300 ms", Durations.of(300));
    assertEquals("1.5 s", Durations.of(-1_500));
    assertEquals("4 s", Durations.of(4_000));
    assertEquals("4.2 s", Durations.of(4_210));
    assertEquals("61 s", Durations.of(61_000));
    assertEquals("9.9 min", Durations.of(596_000));
    assertEquals("10 min", Durations.of(600_000));
    assertEquals("24 h", Durations.of(86_400_000));
    assertEquals("71 h", Durations.of(71 * 3_600_000L));
    assertEquals("3 days", Durations.of(73 * 3_600_000L));
  }
}
