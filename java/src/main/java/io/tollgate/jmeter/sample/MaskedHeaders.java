package io.tollgate.jmeter.sample;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.jmeter.samplers.SampleResult;

/**
 * Results without the tokens that were sent. JMeter keeps the request headers of a result as text,
 * for the listeners that save or show them: each gets what stands here.
 */
public final class MaskedHeaders {
  /** Header lines, and the metadata of gRPC samplers, which is JSON or like a map of Java. */
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)(?<![\\w-])((?:authorization|dpop)\"?[ \\t]*[:=][ \\t]*\"?)([^\\r\\n\"]+)");

  private static final String MASK = "$1***";

  private MaskedHeaders() {}

  /**
   * Masks a result and all that it is made of.
   *
   * @param result to be saved
   */
  public static void in(SampleResult result) {
    String headers = result.getRequestHeaders();
    if (headers != null) {
      Matcher secret = SECRET.matcher(headers);
      if (secret.find()) {
        result.setRequestHeaders(secret.replaceAll(MASK));
      }
    }
    for (SampleResult part : result.getSubResults()) {
      in(part);
    }
  }
}
