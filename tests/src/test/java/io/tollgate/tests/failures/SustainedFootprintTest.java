package io.tollgate.tests.failures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** The judgement of a long run, on runs that are made up. */
class SustainedFootprintTest {
  @Test
  void whatGrowsInTheFirstMinuteOnlyDoesNotCount() {
    SustainedFootprint footprint = over(600, second -> Math.min(second, 60) * 5000);
    assertTrue(footprint.isLongEnough());
    assertEquals(0, footprint.drift());
    assertEquals(300_000, footprint.resident());
  }

  @Test
  void aLeakIsSeenOverTheWholeTime() {
    // 50 KiB a second: from the middle of the second minute to that of the tenth, 480 s.
    assertEquals(24_000, over(600, second -> 100_000 + 50 * second).drift());
  }

  @Test
  void threadsAreComparedInTheSameWay() {
    SustainedFootprint footprint = new SustainedFootprint();
    for (long second = 0; second <= 600; second += 5) {
      long threads = second < 300 ? 70 : 100;
      footprint.add(new SustainedFootprint.Reading(second * 1000, 1, threads));
    }
    assertEquals(30, footprint.moreThreads());
    assertEquals(100, footprint.mostThreads());
  }

  @Test
  void aShortRunIsNotJudged() {
    assertFalse(over(170, second -> second).isLongEnough());
    assertFalse(new SustainedFootprint().isLongEnough());
  }

  @Test
  void thisProcessCanBeRead() {
    SustainedFootprint footprint = new SustainedFootprint();
    footprint.look(ProcessHandle.current().pid(), Duration.ofSeconds(1));
    assertTrue(footprint.mostThreads() > 5, "threads: " + footprint.mostThreads());
    assertTrue(footprint.resident() > 10_000, "KiB: " + footprint.resident());
  }

  @Test
  void aProcessThatEndedAddsNothing() {
    SustainedFootprint footprint = new SustainedFootprint();
    footprint.look(Long.MAX_VALUE, Duration.ofSeconds(1));
    assertEquals(0, footprint.mostThreads());
  }

  @Test
  void tenMinutesOfALeakBreakThePromise() {
    assertEquals(List.of(), SustainedForTenMinutes.broken(over(630, second -> 300_000)));
    // 160 samples a second that leave 256 bytes each behind.
    LongUnaryOperator leak = second -> 300_000 + 160 * 256 * second / 1024;
    assertBroken("resident memory grew", over(630, leak));
  }

  @Test
  void threadsThatStayBehindBreakThePromise() {
    SustainedFootprint one = new SustainedFootprint();
    SustainedFootprint many = new SustainedFootprint();
    for (long second = 0; second <= 630; second += 5) {
      one.add(new SustainedFootprint.Reading(second * 1000, 1, 68 + second / 60));
      many.add(new SustainedFootprint.Reading(second * 1000, 1, 90));
    }
    assertBroken("threads grew", one);
    assertBroken("90 threads", many);
  }

  private static void assertBroken(String promise, SustainedFootprint footprint) {
    List<String> broken = SustainedForTenMinutes.broken(footprint);
    assertEquals(1, broken.size(), broken::toString);
    assertTrue(broken.get(0).contains(promise), broken::toString);
  }

  private static SustainedFootprint over(long seconds, LongUnaryOperator resident) {
    SustainedFootprint footprint = new SustainedFootprint();
    for (long second = 0; second <= seconds; second += 5) {
      footprint.add(new SustainedFootprint.Reading(second * 1000, resident.applyAsLong(second), 1));
    }
    return footprint;
  }
}
