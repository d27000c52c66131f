package io.tollgate.tests;

import java.time.Duration;

/** How many tokens a run may cost at most: about one a lifetime. */
public final class MintBound {
  private static final Duration LARGEST_MARGIN = Duration.ofMinutes(5);
  private static final Duration WORST_EXCHANGE = Duration.ofSeconds(15);

  private MintBound() {}

  /**
   * {@code ceil(run / (L - 1.1 m)) + 1 + revocations}, with the margin {@code m = min(5 min,
   * max(0.2 L, worst-case exchange), L/2)} before a token's end at which the next is fetched, up to
   * a tenth earlier.
   *
   * @param lifetime L, what the server grants
   * @param revocations tokens that died before their time
   */
  public static long of(Duration run, Duration lifetime, long revocations) {
    double life = lifetime.toMillis();
    double margin =
        Math.min(
            Math.min(LARGEST_MARGIN.toMillis(), life / 2),
            Math.max(0.2 * life, WORST_EXCHANGE.toMillis()));
    return (long) Math.ceil(run.toMillis() / (life - 1.1 * margin)) + 1 + revocations;
  }
}
