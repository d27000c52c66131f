package io.tollgate.jmeter;

import io.tollgate.bridge.Lease;
import io.tollgate.bridge.TokenSource;
import org.apache.jmeter.threads.JMeterContextService;

/**
 * Which generation a live header gave out for the sample in progress, left in JMeter's sampler
 * context: JMeter clears that when the sample's PostProcessors have run. For results that do not
 * record the request's {@code Authorization} header.
 */
final class SampleStamp {
  private static final String KEY = "io.tollgate.generation.";

  private SampleStamp() {}

  static void put(TokenSource source, Lease lease) {
    JMeterContextService.getContext().getSamplerContext().put(key(source), lease.generation());
  }

  /** The generation stamped for this sample, 0 if none. */
  static long get(TokenSource source) {
    Object stamp = JMeterContextService.getContext().getSamplerContext().get(key(source));
    return stamp instanceof Long ? (Long) stamp : 0;
  }

  private static String key(TokenSource source) {
    return source.user() == null ? KEY + source.name() : KEY + source.title();
  }
}
