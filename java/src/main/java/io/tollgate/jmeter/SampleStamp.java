package io.tollgate.jmeter;

import io.tollgate.bridge.Lease;
import io.tollgate.bridge.Stamp;
import io.tollgate.bridge.TokenSource;
import org.apache.jmeter.threads.JMeterContextService;

/**
 * Which token a live header gave out for the sample in progress, left in JMeter's sampler context:
 * JMeter clears that when the sample's PostProcessors have run. For results that do not record the
 * request's {@code Authorization} header.
 */
final class SampleStamp {
  private static final String KEY = "io.tollgate.stamp.";

  private SampleStamp() {}

  static void put(TokenSource source, Lease lease) {
    JMeterContextService.getContext().getSamplerContext().put(key(source), lease.stamp());
  }

  /** The request that went out last carried no token. */
  static void remove(TokenSource source) {
    JMeterContextService.getContext().getSamplerContext().remove(key(source));
  }

  /** What was stamped for this sample, {@code null} if nothing was. */
  static Stamp get(TokenSource source) {
    Object stamp = JMeterContextService.getContext().getSamplerContext().get(key(source));
    return stamp instanceof Stamp ? (Stamp) stamp : null;
  }

  private static String key(TokenSource source) {
    return source.user() == null ? KEY + source.name() : KEY + source.title();
  }
}
