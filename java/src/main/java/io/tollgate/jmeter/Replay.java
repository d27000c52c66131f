package io.tollgate.jmeter;

import io.tollgate.engine.OnceLog;
import io.tollgate.jmeter.http.SentRequest;
import io.tollgate.jmeter.sample.SampleCredential;
import io.tollgate.profile.AnswerRules;
import io.tollgate.profile.TokenId;
import io.tollgate.profile.TokenSource;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.apache.jmeter.protocol.http.sampler.HTTPSampleResult;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.samplers.Sampler;

/**
 * One more try of a sample that failed because its token was replaced while it was under way: the
 * failure tells of the token, not of the API.
 *
 * <p>The result shows both tries. The sample keeps its label and becomes the parent of both tries;
 * its time is the sum of theirs, without the wait for the token between them; its answer is the
 * last one. A token that the API refuses although it is the newest is not tried again, and no
 * sample is tried a third time.
 */
public final class Replay {
  /** Doing it twice is as good as once (RFC 9110 section 9.2.2). */
  private static final Set<String> IDEMPOTENT =
      Collections.unmodifiableSet(
          new HashSet<>(Arrays.asList("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE")));

  private Replay() {}

  /**
   * Sends a sample that was rejected again if there is another token now. The answer is reported.
   *
   * @param source whose token it carried
   * @param sampler that sent it
   * @param result of the first try, reported before; becomes that of both
   * @param rules how an element of the plan reads answers
   * @param anyMethod whether to do so too where the request may do something twice
   */
  public static void ofRejected(
      TokenSource source,
      Sampler sampler,
      SampleResult result,
      AnswerRules rules,
      boolean anyMethod) {
    TokenId sent = SampleCredential.stamp(source);
    if (!(sampler instanceof HTTPSamplerBase)
        || !(result instanceof HTTPSampleResult)
        || sent == null) {
      return;
    }
    String method = ((HTTPSamplerBase) sampler).getMethod().toUpperCase(Locale.ROOT);
    if ((!anyMethod && !IDEMPOTENT.contains(method)) || !source.isReplaced(sent)) {
      return;
    }
    SampleResult again = SentRequest.again((HTTPSamplerBase) sampler);
    if (again == null) {
      OnceLog.warn(
          "not again " + source.name() + " " + sampler.getName(),
          source.title()
              + ": '"
              + sampler.getName()
              + "' was not sent once more: its fields have functions, so it would not be the same"
              + " request");
      return;
    }
    Feedback.report(source, again, rules);
    merge((HTTPSampleResult) result, again);
  }

  private static void merge(HTTPSampleResult result, SampleResult again) {
    HTTPSampleResult first = new HTTPSampleResult(result);
    result.removeSubResults();
    again.setThreadName(first.getThreadName());
    again.setGroupThreads(first.getGroupThreads());
    again.setAllThreads(first.getAllThreads());
    // As JMeter names the hops of a redirect, which a JTL in CSV has lines of, too.
    String label = result.getSampleLabel();
    first.setSampleLabel(label + "-0");
    again.setSampleLabel(label + "-1");
    result.storeSubResult(first, false);
    result.storeSubResult(again, false);

    result.setSuccessful(again.isSuccessful());
    result.setResponseCode(again.getResponseCode());
    result.setResponseMessage(again.getResponseMessage());
    result.setResponseHeaders(again.getResponseHeaders());
    result.setResponseData(again.getResponseData());
    result.setContentType(again.getContentType());
    result.setDataEncoding(again.getDataEncodingNoDefault());
    result.setDataType(again.getDataType());
    result.setRequestHeaders(again.getRequestHeaders());
    result.setURL(again.getURL());

    result.setLatency(first.getLatency() + again.getLatency());
    result.setConnectTime(first.getConnectTime() + again.getConnectTime());
    result.setSentBytes(first.getSentBytes() + again.getSentBytes());
    result.setHeadersSize(first.getHeadersSize() + again.getHeadersSize());
    result.setBodySize(first.getBodySizeAsLong() + again.getBodySizeAsLong());
    result.setBytes(first.getBytesAsLong() + again.getBytesAsLong());
    // What is idle does not count: the wait for the token between the two.
    long times = first.getTime() + again.getTime();
    result.setIdleTime(again.getEndTime() - first.getStartTime() - times);
    result.setEndTime(again.getEndTime());
  }
}
