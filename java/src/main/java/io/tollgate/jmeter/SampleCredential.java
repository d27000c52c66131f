package io.tollgate.jmeter;

import io.tollgate.bridge.TokenSource;
import org.apache.jmeter.threads.JMeterContextService;

/**
 * Whose token the sample in progress carries, left in JMeter's sampler context by whoever
 * authorized it, for the elements that come after: JMeter clears that when the sample's
 * PostProcessors have run.
 */
public final class SampleCredential {
  private static final String KEY = "io.tollgate.credential";

  private SampleCredential() {}

  /** Notes who authorized the sample that is about to run. */
  static void put(TokenSource source) {
    JMeterContextService.getContext().getSamplerContext().put(KEY, source);
  }

  /**
   * Tells who authorized the sample in progress.
   *
   * @return {@code null} if nobody did
   */
  public static TokenSource source() {
    Object noted = JMeterContextService.getContext().getSamplerContext().get(KEY);
    return noted instanceof TokenSource ? (TokenSource) noted : null;
  }
}
