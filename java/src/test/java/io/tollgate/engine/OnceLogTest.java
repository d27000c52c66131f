package io.tollgate.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    assertTrue(OnceLog.isNew("another subject"));
    for (int i = 1000; i < 5000; i++) {
      assertFalse(OnceLog.isNew("text " + i), "one in ten seconds");
    }
    assertFalse(OnceLog.isNew("text 7"));
    OnceLog.runChanged();
    assertTrue(OnceLog.isNew("text 7"));
  }
}
