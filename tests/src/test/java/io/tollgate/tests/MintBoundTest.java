package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The bound that the demo judges by, at lifetimes where its margin is set by each of its three
 * limits.
 */
class MintBoundTest {
  @Test
  void aboutOneMintALifetime() {
    Duration day = Duration.ofHours(24);
    assertEquals(3, MintBound.of(day, day, 0), "margin 5 min: ceil(86400 / 86070) + 1");
    assertEquals(
        3, MintBound.of(Duration.ofSeconds(60), Duration.ofSeconds(60), 0), "margin 15 s: 43.5 s");
    assertEquals(
        6, MintBound.of(Duration.ofSeconds(40), Duration.ofSeconds(20), 0), "margin 10 s: 9 s");
    assertEquals(
        8, MintBound.of(Duration.ofSeconds(40), Duration.ofSeconds(20), 2), "two died early");
  }
}
