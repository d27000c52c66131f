package io.tollgate.bench.peers;

import java.util.concurrent.TimeUnit;

/**
 * A token of the endpoint: the complete header value, which peers cache, and its times.
 *
 * @param authorization {@code Bearer …}
 * @param token the same, bare
 * @param sentNanos when the request was sent, on {@link System#nanoTime}
 * @param lifeNanos how long it lives from then on
 */
public record FetchedToken(String authorization, String token, long sentNanos, long lifeNanos) {
  /** The margin that most code uses. */
  private static final long MARGIN_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** The margin is at most the lifetime divided by this: of a short one the whole would be lost. */
  private static final long LEAST_SHARE = 5;

  static FetchedToken of(String token, long expiresInSeconds, long sentNanos) {
    return new FetchedToken(
        "Bearer " + token, token, sentNanos, TimeUnit.SECONDS.toNanos(expiresInSeconds));
  }

  /** How long it is used. */
  long usefulNanos() {
    return lifeNanos - Math.min(MARGIN_NANOS, lifeNanos / LEAST_SHARE);
  }

  /** Whether it may still be used. */
  boolean isFresh() {
    return System.nanoTime() - sentNanos < usefulNanos();
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "a token for " + TimeUnit.NANOSECONDS.toSeconds(lifeNanos) + " s";
  }
}
