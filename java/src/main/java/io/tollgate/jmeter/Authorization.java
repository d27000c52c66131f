package io.tollgate.jmeter;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.engine.OnceLog;
import io.tollgate.jmeter.grpc.GrpcSample;
import io.tollgate.jmeter.http.HeaderInjection;
import io.tollgate.jmeter.http.SampleHeaderManager;
import io.tollgate.jmeter.sample.FailedSample;
import io.tollgate.jmeter.sample.MissingToken;
import io.tollgate.jmeter.sample.SampleCredential;
import io.tollgate.profile.TokenSource;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;
import org.apache.jmeter.samplers.Sampler;

/**
 * Gives a sampler of any kind its token on behalf of an element of the plan, which stands over
 * samplers of all kinds at once: some have headers, some have something else, and some, like a
 * Debug Sampler, send nothing and are passed over.
 *
 * <p>The profile's {@code on_token_failure} goes for all of them. An HTTP sampler fails by itself
 * when it reads its live header. In the stead of one that has none a failed sample is recorded, and
 * it does not run. Each JMeter thread has one of these.
 */
public final class Authorization {
  /** JMeter's own samplers that send nothing: Flow Control Action, Debug Sampler. */
  private static final String SENDS_NOTHING = "org.apache.jmeter.sampler.";

  private final SampleHeaderManager kept = new SampleHeaderManager();

  /**
   * Authorizes the sample about to run.
   *
   * @param source of the token
   * @param sampler of JMeter
   * @throws RuntimeException if the sampler is not to run; the failed sample has been recorded
   */
  public void of(TokenSource source, Sampler sampler) {
    boolean http = sampler instanceof HTTPSamplerBase;
    long start =
        http
            ? 0
            : System.currentTimeMillis(); // a sampler that fails by itself has a time of its own
    try {
      if (http) {
        HeaderInjection.authorize(source, sampler, kept);
      } else if (GrpcSample.isSampler(sampler)) {
        grpc(source, sampler);
      } else if (HeaderInjection.takesHeaders(sampler)) {
        HeaderInjection.authorize(source, sampler, kept);
      } else {
        passOver(source, sampler);
      }
    } catch (TollgateException e) {
      source.complain("Tollgate Authorization", e);
      fail(source, sampler, e, start);
    } catch (Throwable e) {
      source.complain("Tollgate Authorization", e);
      String text = source.title() + ": Tollgate Authorization met " + e;
      fail(source, sampler, new TollgateException(ErrorCode.INTERNAL, text, e), start);
    }
  }

  private static void grpc(TokenSource source, Sampler sampler) {
    source.sampleEnded();
    SampleCredential.put(source);
    if (!HeaderInjection.mayCarry(source, sampler)) {
      return;
    }
    try {
      GrpcSample.authorize(source, sampler);
    } catch (TollgateException e) {
      HeaderInjection.endThreadAtItsScheduledEnd(source);
      throw e;
    }
  }

  private static void passOver(TokenSource source, Sampler sampler) {
    if (sampler == null || sampler.getClass().getName().startsWith(SENDS_NOTHING)) {
      return;
    }
    String type = sampler.getClass().getName();
    OnceLog.warn(
        "passed over " + source.name() + " " + type,
        source.title()
            + ": Tollgate Authorization passes over '"
            + sampler.getName()
            + "': a "
            + type
            + " takes no headers. If it needs a token, put ${__tollgate("
            + source.name()
            + ",token)} into the field that carries it");
  }

  /** Fails the sample, unless the profile would rather send it all the same. */
  private static void fail(
      TokenSource source, Sampler sampler, TollgateException why, long startMillis) {
    if (sampler != null
        && FailedSample.inPlaceOf(
            sampler, () -> MissingToken.failureOf(source, why), startMillis)) {
      return;
    }
    TollgateException failure = MissingToken.failureOf(source, why);
    if (failure != null) {
      throw sampler == null ? failure : FailedSample.record(sampler, failure, startMillis);
    }
  }
}
