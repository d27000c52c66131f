package io.tollgate.jmeter.sample;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.engine.OnceLog;
import io.tollgate.profile.FailurePolicy;
import io.tollgate.profile.TokenSource;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.threads.JMeterContext;
import org.apache.jmeter.threads.JMeterContextService;

/** What a running sampler does when there is no token: the profile's {@code on_token_failure}. */
public final class MissingToken {
  private MissingToken() {}

  /** In JMeter's sampler context: what the sample in progress was refused a token with. */
  private static final String FAILURE = "io.tollgate.failure";

  /** Says in the result of the sample in progress why it has no token, if it is about that. */
  public static void state(SampleResult result) {
    Object failure = JMeterContextService.getContext().getSamplerContext().get(FAILURE);
    if (failure instanceof TollgateException) {
      FailedSample.restate(result, (TollgateException) failure);
    }
  }

  /** The same as {@link #inSampler}, {@code null} if the request is to be sent all the same. */
  public static TollgateException failureOf(TokenSource source, TollgateException failure) {
    try {
      inSampler(source, failure);
      return null;
    } catch (TollgateException e) {
      return e;
    }
  }

  /**
   * Applies the policy inside a sampler.
   *
   * @return the header value to send all the same
   * @throws TollgateException the failure, for the sampler to fail with
   */
  public static String inSampler(TokenSource source, TollgateException failure) {
    FailurePolicy policy = source.policy();
    JMeterContext context = JMeterContextService.getContext();
    context.getSamplerContext().put(FAILURE, failure);
    if (failure.getCode() == ErrorCode.STOPPED) {
      throw failure;
    }
    switch (policy) {
      case SEND_WITHOUT:
        sendsWithout(source, failure);
        return "";
      case STOP_THREAD:
        OnceLog.error(
            "stop_thread " + source.name(),
            "Stopping threads (on_token_failure=stop_thread): " + failure.getMessage());
        if (context.getThread() != null) {
          context.getThread().stop();
        }
        throw failure;
      case STOP_TEST:
        OnceLog.error(
            "stop_test " + source.name(),
            "Stopping the test (on_token_failure=stop_test): " + failure.getMessage());
        if (context.getEngine() != null) {
          context.getEngine().askThreadsToStop();
        }
        throw failure;
      default:
        throw failure;
    }
  }

  /** Says once that requests go out without a token. */
  public static void sendsWithout(TokenSource source, TollgateException failure) {
    OnceLog.warn(
        "send_without " + source.name() + " " + failure.getCode(),
        source.title()
            + ": requests go out without a token (on_token_failure=send_without): "
            + failure.getMessage());
  }
}
