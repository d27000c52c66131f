package io.tollgate.jmeter;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.engine.Version;
import io.tollgate.jmeter.sample.FailedSample;
import io.tollgate.jmeter.sample.MissingToken;
import io.tollgate.jmeter.sample.SampleCredential;
import io.tollgate.profile.Lease;
import io.tollgate.profile.TokenSource;
import io.tollgate.profile.TokenSources;
import java.util.concurrent.TimeUnit;
import org.apache.jmeter.config.Arguments;
import org.apache.jmeter.protocol.java.sampler.AbstractJavaSamplerClient;
import org.apache.jmeter.protocol.java.sampler.JavaSamplerContext;
import org.apache.jmeter.samplers.Interruptible;
import org.apache.jmeter.samplers.SampleResult;

/**
 * A Java Request that reads a profile's token. Its sample time is the time the thread waited for
 * one, so it shows what token handling costs. The token is in no part of the result.
 *
 * <p>Argument: {@code profile}. Fails as a sample without a token does.
 */
public final class TokenSampler extends AbstractJavaSamplerClient implements Interruptible {
  private static final String PROFILE = "profile";

  private volatile boolean waiting;
  private volatile boolean interrupted;

  /** For JMeter. */
  public TokenSampler() {}

  @Override
  public Arguments getDefaultParameters() {
    Arguments defaults = new Arguments();
    defaults.addArgument(PROFILE, "");
    return defaults;
  }

  @Override
  public SampleResult runTest(JavaSamplerContext context) {
    String profile = context.getParameter(PROFILE, "").trim();
    TokenSource source = TokenSources.named(profile);
    SampleResult result = new SampleResult();
    result.setSamplerData("profile: " + profile + "\nTollgate " + Version.CURRENT);
    result.setDataType(SampleResult.TEXT);
    interrupted = false;
    waiting = true;
    result.sampleStart();
    try {
      long thread = source.keyOfThisThread();
      Lease cached = source.peek(thread, null); // nothing is sent with it
      Lease lease =
          cached != null ? cached : source.acquireInSample(thread, null, () -> interrupted);
      result.sampleEnd();
      SampleCredential.carries(source, lease);
      succeed(result, lease, cached != null);
    } catch (TollgateException e) {
      result.sampleEnd();
      FailedSample.state(result, e);
      MissingToken.failureOf(source, e); // the sample has failed; it may be to stop more
    } catch (RuntimeException | LinkageError e) {
      result.sampleEnd();
      source.complain("TokenSampler", e);
      FailedSample.state(
          result,
          new TollgateException(ErrorCode.INTERNAL, source.title() + ": TokenSampler met " + e, e));
    } finally {
      waiting = false;
    }
    return result;
  }

  private static void succeed(SampleResult result, Lease lease, boolean cached) {
    String message =
        (cached ? "cached" : "fetched")
            + ", generation "
            + lease.generation()
            + ", "
            + TimeUnit.NANOSECONDS.toSeconds(lease.remainingNanos())
            + " s left";
    result.setSuccessful(true);
    result.setResponseCodeOK();
    result.setResponseMessage(message);
    result.setResponseData(message, "UTF-8");
  }

  @Override
  public boolean interrupt() {
    interrupted = true;
    return waiting;
  }
}
