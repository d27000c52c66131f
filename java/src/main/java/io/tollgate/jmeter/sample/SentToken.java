package io.tollgate.jmeter.sample;

import io.tollgate.profile.ApiReport;
import io.tollgate.profile.TokenPlacement;
import java.io.UnsupportedEncodingException;
import java.net.URL;
import java.net.URLDecoder;
import org.apache.jmeter.protocol.http.sampler.HTTPSampleResult;
import org.apache.jmeter.samplers.SampleResult;

/** The token in what a result recorded of its request. */
public final class SentToken {
  private SentToken() {}

  /**
   * Finds it where the profile puts it.
   *
   * @return the recorded value, a secret; {@code null} if none was recorded
   */
  public static String in(SampleResult result, TokenPlacement placement) {
    if (placement.isQuery()) {
      return ofQuery(result.getURL(), placement.name());
    }
    String recorded = ApiReport.header(result.getRequestHeaders(), placement.header());
    if (!placement.isCookie()) {
      return recorded;
    }
    String ofManager =
        result instanceof HTTPSampleResult ? ((HTTPSampleResult) result).getCookies() : null;
    String found = ofCookies(ofManager, placement.name());
    return found == null ? ofCookies(recorded, placement.name()) : found;
  }

  private static String ofCookies(String cookies, String name) {
    return cookies == null ? null : value(cookies.split(";\\s*"), name);
  }

  private static String ofQuery(URL url, String name) {
    if (url == null || url.getQuery() == null) {
      return null;
    }
    String value = value(url.getQuery().split("&"), name);
    try {
      return value == null ? null : URLDecoder.decode(value, "UTF-8");
    } catch (UnsupportedEncodingException | IllegalArgumentException e) {
      return value;
    }
  }

  private static String value(String[] pairs, String name) {
    for (String pair : pairs) {
      if (pair.startsWith(name + "=")) {
        return pair.substring(name.length() + 1).trim();
      }
    }
    return null;
  }
}
