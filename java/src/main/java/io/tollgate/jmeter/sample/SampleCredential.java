package io.tollgate.jmeter.sample;

import io.tollgate.profile.Lease;
import io.tollgate.profile.TokenId;
import io.tollgate.profile.TokenSource;
import java.util.Map;
import org.apache.jmeter.threads.JMeterContextService;

/**
 * Whose token the sample in progress carries and which, left in JMeter's sampler context for the
 * elements that come after: JMeter clears that when the sample's PostProcessors have run. Which one
 * is for results that do not record the request's {@code Authorization} header.
 */
public final class SampleCredential {
  private static final String KEY = "io.tollgate.credential";

  /** For tokens that a sample carries beside the one it was authorized with. */
  private static final String BESIDE = "io.tollgate.stamp.";

  private final TokenSource source;

  /** Written by the threads that download for the sample, too. */
  private volatile Lease carried;

  private SampleCredential(TokenSource source) {
    this.source = source;
  }

  /** Notes who authorized the sample that is about to run. */
  public static void put(TokenSource source) {
    context().put(KEY, new SampleCredential(source));
  }

  /** The sample that is about to run carries no token of anybody. */
  public static void withdraw() {
    context().remove(KEY);
  }

  /**
   * Tells who authorized the sample in progress.
   *
   * @return {@code null} if no element or script did
   */
  public static TokenSource source() {
    Object noted = context().get(KEY);
    return noted instanceof SampleCredential ? ((SampleCredential) noted).source : null;
  }

  /** Notes which token of that source went out with the request. */
  public static void carries(TokenSource source, Lease lease) {
    SampleCredential own = of(source);
    if (own != null) {
      own.carried = lease;
    } else {
      context().put(beside(source), lease);
    }
  }

  /** The request that went out last carried no token. */
  public static void carriesNone(TokenSource source) {
    SampleCredential own = of(source);
    if (own != null) {
      own.carried = null;
    }
    context().remove(beside(source));
  }

  /** Which token of that source went out with this sample, {@code null} if none did. */
  public static TokenId stamp(TokenSource source) {
    SampleCredential own = of(source);
    Object lease = own == null ? context().get(beside(source)) : own.carried;
    return lease instanceof Lease ? ((Lease) lease).stamp() : null;
  }

  private static SampleCredential of(TokenSource source) {
    Object noted = context().get(KEY);
    return noted instanceof SampleCredential && ((SampleCredential) noted).source == source
        ? (SampleCredential) noted
        : null;
  }

  private static Map<String, Object> context() {
    return JMeterContextService.getContext().getSamplerContext();
  }

  private static String beside(TokenSource source) {
    return BESIDE + source.title();
  }
}
