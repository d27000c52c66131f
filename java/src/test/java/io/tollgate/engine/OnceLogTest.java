package io.tollgate.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OnceLogTest {
  @BeforeEach
  @AfterEach
  void forget() {
    OnceLog.runChanged();
  }

  @Test
  void textsWithoutEndSilenceNothingElseAndFloodNothing() {
    for (int i = 0; i < 1000; i++) {
      assertTrue(OnceLog.isNew("text " + i));
    }
    long start = System.nanoTime();
    assertTrue(OnceLog.isNew("another subject"));
    int logged = 0;
    for (int i = 1000; i < 5000; i++) {
      logged += OnceLog.isNew("text " + i) ? 1 : 0;
    }
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
    assertTrue(logged <= seconds / 10, logged + " texts in " + seconds + " s: one in ten seconds");
    assertFalse(OnceLog.isNew("text 7"));
    OnceLog.runChanged();
    assertTrue(OnceLog.isNew("text 7"));
  }
}
