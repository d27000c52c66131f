package io.tollgate.tests;

/**
 * One line of a JTL.
 *
 * @param start in ms since the epoch
 * @param elapsed in ms
 */
public record Sample(
    long start,
    long elapsed,
    String label,
    String code,
    String message,
    String thread,
    boolean success) {
  public long end() {
    return start + elapsed;
  }
}
