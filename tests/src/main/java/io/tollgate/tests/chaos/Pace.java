package io.tollgate.tests.chaos;

import java.time.Duration;

/**
 * How fast all goes: the times of the plan of faults, and those that Tollgate and JMeter are set
 * to.
 */
final class Pace {
  /** Of tokens; they are refreshed at half of it. */
  static final Duration LIFETIME = Duration.ofSeconds(12);

  /** Of token requests and of samples. */
  static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(15);

  /** How long a refresh waits for samples under way, where it revokes their token. */
  static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(10);

  /** How long a sample waits for a token. */
  static final Duration TOKEN_TIMEOUT = Duration.ofSeconds(12);

  /** How much a delayed answer is late, at most: it is in time. */
  static final Duration LONGEST_DELAY = Duration.ofSeconds(3);

  /** From the start of faults to that of the next ones. */
  static final Duration ROUND = Duration.ofSeconds(60);

  /** How long faults are injected in a round, at most. */
  static final Duration FAULTS = Duration.ofSeconds(20);

  /**
   * For how long a fault that is over may make samples fail: a changed token serves until it is
   * refreshed, a refused client waits for its cooldown.
   */
  static final Duration SETTLE = Duration.ofSeconds(20);

  /** How long a run of JMeter lasts, at most. */
  static final Duration RUN = Duration.ofSeconds(120);

  private Pace() {}
}
