package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/**
 * The failing control of a scenario: the judgement that Tollgate passes must fail a naive twin, and
 * for the reason it is there for. A judgement that passes both says nothing.
 */
public final class Control {
  private Control() {}

  /** The judgement must fail, with a text that holds {@code reason}. */
  public static void fails(String reason, Executable judgement) {
    AssertionError failure = assertThrows(AssertionError.class, judgement);
    String text = String.valueOf(failure.getMessage());
    assertTrue(text.contains(reason), "the twin failed, but not for " + reason + ": " + text);
  }
}
