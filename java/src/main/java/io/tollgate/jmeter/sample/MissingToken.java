package io.tollgate.jmeter.sample;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.engine.OnceLog;
import io.tollgate.profile.FailurePolicy;
import io.tollgate.profile.TokenSource;
import org.apache.jmeter.threads.JMeterContext;
import org.apache.jmeter.threads.JMeterContextService;

/** What a running sampler does when there is no token: the profile's {@code on_token_failure}. */
public final class MissingToken {
  private MissingToken() {}

  /**
   * Applies the policy inside a sampler.
   *
   * @return the header value to send all the same
   * @throws TollgateException the failure, for the sampler to fail with
   */
  public static String inSampler(TokenSource source, TollgateException failure) {
    FailurePolicy policy = source.policy();
    if (failure.getCode() == ErrorCode.STOPPED) {
      throw failure;
    }
    JMeterContext context = JMeterContextService.getContext();
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
