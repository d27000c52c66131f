package io.tollgate.jmeter.http;

import io.tollgate.profile.ApiReport;
import java.io.UnsupportedEncodingException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLEncoder;
import java.util.Map;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;
import org.apache.jmeter.threads.JMeterContextService;

/**
 * A {@link LiveToken} as a query parameter of one sample's own request: put into its URL when it is
 * sent. Redirects and embedded resources have URLs of their own, without it.
 */
final class LiveQuery {
  private static final String KEY = "io.tollgate.query";

  private final HTTPSamplerBase sampler;
  private final LiveToken token;

  private LiveQuery(HTTPSamplerBase sampler, LiveToken token) {
    this.sampler = sampler;
    this.token = token;
  }

  /** Is in the sample that is about to run; {@code false} if its request can't be observed. */
  static boolean into(Object sampler, LiveToken token) {
    if (!SentRequest.observe(sampler)) {
      return false;
    }
    ofThisSample().put(KEY, new LiveQuery((HTTPSamplerBase) sampler, token));
    return true;
  }

  /** The URL of a sampler's own request with the token, if one belongs in it. */
  static URL in(HTTPSamplerBase sampler, URL url) {
    Object live = ofThisSample().get(KEY);
    return live instanceof LiveQuery && ((LiveQuery) live).sampler == sampler
        ? ((LiveQuery) live).with(url)
        : url;
  }

  private static Map<String, Object> ofThisSample() {
    return JMeterContextService.getContext().getSamplerContext();
  }

  private URL with(URL url) {
    if (HostBoundSample.isTokenRequest(token.source, url)) {
      return url;
    }
    String origin = ApiReport.origin(url);
    if (!token.source.allowedHosts().permit(origin)) {
      HostBoundSample.withheld(token.source, origin);
      return url;
    }
    String value = token.value();
    if (value.isEmpty()) {
      return url;
    }
    try {
      return new URL(with(url.toString(), token.placement.name(), value));
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e); // it was a URL, and what was added is encoded
    }
  }

  /** A URL or path without its fragment and with a parameter, which replaces one of that name. */
  static String with(String url, String name, String value) {
    int fragment = url.indexOf('#');
    String whole = fragment < 0 ? url : url.substring(0, fragment);
    int query = whole.indexOf('?');
    StringBuilder made = new StringBuilder(query < 0 ? whole : whole.substring(0, query));
    char separator = '?';
    for (String pair : query < 0 ? new String[0] : whole.substring(query + 1).split("&")) {
      if (!pair.isEmpty() && !pair.startsWith(name + "=")) {
        made.append(separator).append(pair);
        separator = '&';
      }
    }
    return made.append(separator).append(name).append('=').append(encoded(value)).toString();
  }

  private static String encoded(String value) {
    try {
      return URLEncoder.encode(value, "UTF-8");
    } catch (UnsupportedEncodingException e) {
      throw new IllegalStateException(e); // every JVM has UTF-8
    }
  }
}
