package io.tollgate.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The count of a summary line is exact, however many threads came and went. */
class ReadCountTest {
  @Test
  void noReadIsLostOrCountedTwice() throws Exception {
    ReadCount count = new ReadCount();
    Thread[] threads = new Thread[8];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          new Thread(
              () -> {
                for (int n = 0; n < 100_000; n++) {
                  count.add();
                }
              });
      threads[i].start();
    }
    long told = count.drain(); // while they count
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(800_000, told + count.drain());
    assertEquals(0, count.drain());
    count.add();
    assertEquals(1, count.drain());
  }

  @Test
  void endedThreadsLeaveTheirCountAndNoCell() throws Exception {
    ReadCount count = new ReadCount();
    for (int i = 0; i < 1_000; i++) {
      Thread thread = new Thread(count::add);
      thread.start();
      thread.join();
    }
    assertTrue(count.cells() <= 128, () -> count.cells() + " cells");
    assertEquals(1_000, count.drain());
    assertEquals(0, count.cells());
  }
}
