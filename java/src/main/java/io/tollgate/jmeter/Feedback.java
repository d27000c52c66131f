package io.tollgate.jmeter;

import io.tollgate.jmeter.grpc.GrpcStatus;
import io.tollgate.jmeter.http.LiveHeader;
import io.tollgate.jmeter.http.SampleTarget;
import io.tollgate.jmeter.sample.MissingToken;
import io.tollgate.jmeter.sample.SampleCredential;
import io.tollgate.jmeter.sample.TokenRequestSamples;
import io.tollgate.profile.ApiReport;
import io.tollgate.profile.TokenId;
import io.tollgate.profile.TokenSource;
import java.util.concurrent.TimeUnit;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.threads.JMeterContextService;

/** Reads from a sample's result what the engine wants to know of it. */
public final class Feedback {
  private Feedback() {}

  /**
   * Reports one result. Results without an HTTP status (no connection, a failed live header) say
   * nothing about the token and are passed over.
   *
   * @param source whose token the request carried
   * @param sampleResult JMeter's {@code prev}
   */
  public static void report(TokenSource source, Object sampleResult) {
    source.sampleEnded();
    TokenRequestSamples.pass();
    if (!(sampleResult instanceof SampleResult)) {
      return;
    }
    SampleResult result = (SampleResult) sampleResult;
    MissingToken.state(result);
    AllowedHostsCheck.of(source, result);
    int status = statusOf(result);
    String headers = result.getResponseHeaders();
    TokenId stamp = SampleCredential.stamp(source);
    if (status < 0 || ApiReport.isRedundant(source, stamp, status, result.getURL(), headers)) {
      return;
    }
    ApiReport.send(
        source,
        status,
        origin(result),
        ApiReport.headers(headers),
        ApiReport.header(result.getRequestHeaders(), LiveHeader.AUTHORIZATION),
        stamp,
        nanosSinceSent(result));
  }

  /**
   * How long ago the sample began, which is no later than its request was sent; 0 if it does not
   * say. By the sample's own clock, which a step of the machine's clock does not move.
   */
  private static long nanosSinceSent(SampleResult result) {
    long start = result.getStartTime();
    return start == 0
        ? 0
        : TimeUnit.MILLISECONDS.toNanos(Math.max(0, result.currentTimeInMillis() - start));
  }

  /** Results of gRPC samplers have no URL. */
  private static String origin(SampleResult result) {
    return result.getURL() == null
        ? SampleTarget.origin(JMeterContextService.getContext().getCurrentSampler())
        : ApiReport.origin(result.getURL());
  }

  /** The HTTP status, or the one that says the same of a gRPC answer. */
  private static int statusOf(SampleResult result) {
    int status = status(result.getResponseCode());
    return status == 500 && result.getURL() == null
        ? GrpcStatus.asHttp(result.getResponseMessage())
        : status;
  }

  /** The three digits of an HTTP status, -1 for anything else. */
  static int status(String code) {
    String text = code == null ? "" : code.trim();
    if (text.length() != 3) {
      return -1;
    }
    int status = 0;
    for (int i = 0; i < 3; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      status = status * 10 + digit;
    }
    return status;
  }
}
