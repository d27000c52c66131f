package io.tollgate.jmeter;

import io.tollgate.jmeter.grpc.GrpcStatus;
import io.tollgate.jmeter.http.SampleTarget;
import io.tollgate.jmeter.sample.MissingToken;
import io.tollgate.jmeter.sample.SampleCredential;
import io.tollgate.jmeter.sample.SentToken;
import io.tollgate.jmeter.sample.TokenRequestSamples;
import io.tollgate.profile.AnswerRules;
import io.tollgate.profile.ApiReport;
import io.tollgate.profile.TokenId;
import io.tollgate.profile.TokenSource;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.apache.jmeter.protocol.http.sampler.HTTPSampleResult;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.threads.JMeterContextService;

/** Reads from a sample's result what the engine wants to know of it. */
public final class Feedback {
  /** As far as the texts of a profile are searched for, in bytes. */
  private static final int SEARCHED = 64 * 1024;

  private Feedback() {}

  /**
   * Reports one result. Results without an HTTP status (no connection, a failed live header) say
   * nothing about the token and are passed over.
   *
   * @param source whose token the request carried
   * @param sampleResult JMeter's {@code prev}
   */
  public static void report(TokenSource source, Object sampleResult) {
    report(source, sampleResult, AnswerRules.NONE);
  }

  /**
   * Reports one result, read as an element of the plan says, too.
   *
   * @param source whose token the request carried
   * @param sampleResult JMeter's {@code prev}
   * @param element what the element says
   * @return whether the answer may be a rejection of the token
   */
  public static boolean report(TokenSource source, Object sampleResult, AnswerRules element) {
    source.sampleEnded();
    TokenRequestSamples.pass();
    if (!(sampleResult instanceof SampleResult)) {
      return false;
    }
    SampleResult result = (SampleResult) sampleResult;
    MissingToken.state(result);
    AllowedHostsCheck.of(source, result);
    int status = statusOf(result);
    String headers = result.getResponseHeaders();
    TokenId stamp = SampleCredential.stamp(source);
    if (status < 0 || isFromCache(result)) {
      return false;
    }
    AnswerRules rules = source.answerRules();
    boolean mayNameALimit = status == 400 || status == 403;
    String body = mayNameALimit || rules.readBodies() || element.readBodies() ? start(result) : "";
    int finding = element.finding(status, body);
    int ofProfile = rules.finding(status, body);
    boolean says = finding != AnswerRules.NOTHING || ofProfile != AnswerRules.NOTHING;
    if (!says && ApiReport.isRedundant(source, stamp, status, result.getURL(), headers)) {
      return false;
    }
    ApiReport.send(
        source,
        status,
        origin(result),
        headers,
        says || mayNameALimit ? body : null,
        finding,
        SentToken.in(result, source.placement()),
        stamp,
        nanosSinceSent(result));
    return status == 401
        || finding == AnswerRules.REJECTION
        || ofProfile == AnswerRules.REJECTION
        || (status > 401 && isInvalidToken(headers));
  }

  /**
   * HTTP Cache Manager answers in place of the API where it has the answer ({@code
   * cache_manager.cached_resource_mode}): nothing was sent, so nothing is said of the token.
   */
  private static boolean isFromCache(SampleResult result) {
    return result instanceof HTTPSampleResult
        && result.getSentBytes() == 0
        && result.getRequestHeaders().isEmpty();
  }

  private static boolean isInvalidToken(String headers) {
    String challenge = ApiReport.header(headers, "WWW-Authenticate");
    return challenge != null && challenge.contains("invalid_token");
  }

  /** The start of a body, which the engine searches. */
  private static String start(SampleResult result) {
    byte[] data = result.getResponseData();
    return new String(data, 0, Math.min(data.length, SEARCHED), StandardCharsets.UTF_8);
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
