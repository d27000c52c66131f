package io.tollgate.cli.findings;

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
    StringBuilder out = new StringBuilder(FindingText.of("did.samples", samples));
    part(out, failed, "did.failed");
    part(out, refused, "did.refused");
    part(out, throttled, "did.throttled");
    if (tokenRequests > 0) {
      out.append(", ").append(FindingText.counted("did.requests", tokenRequests, tokensGranted));
    }
    return out.toString();
  }

  private static void part(StringBuilder out, long count, String key) {
    if (count > 0) {
      out.append(", ").append(FindingText.of(key, count));
    }
  }
}
