package io.tollgate.cli.findings;

import io.tollgate.text.Counts;

/** One machine of a run, named by the file of its results, and what it had a part in. */
public final class Injector {
  private final String name;
  final PlanThreads threads;
  long samples;
  long failed;
  long refused;
  long throttled;
  long tokenRequests;
  long tokensGranted;

  Injector(String name, PlanThreads threads) {
    this.name = name;
    this.threads = threads;
  }

  /**
   * Names the file of its results.
   *
   * @return as the user knows it
   */
  public String name() {
    return name;
  }

  /**
   * Whether it had a part in the run.
   *
   * @return {@code false} if it was of another run
   */
  public boolean hasSamples() {
    return samples > 0;
  }

  /**
   * Sums up what it did.
   *
   * @return a sentence without its name
   */
  public String did() {
    StringBuilder out = new StringBuilder(Counts.grouped(samples)).append(" samples");
    part(out, failed, " failed");
    part(out, refused, " answered 401");
    part(out, throttled, " throttled");
    part(out, tokenRequests, tokenRequests == 1 ? " token request" : " token requests");
    if (tokenRequests > 0) {
      out.append(" (").append(Counts.grouped(tokensGranted)).append(" granted)");
    }
    return out.toString();
  }

  private static void part(StringBuilder out, long count, String what) {
    if (count > 0) {
      out.append(", ").append(Counts.grouped(count)).append(what);
    }
  }
}
