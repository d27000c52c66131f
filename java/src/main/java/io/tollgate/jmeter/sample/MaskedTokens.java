package io.tollgate.jmeter.sample;

import io.tollgate.profile.ApiHeader;
import io.tollgate.profile.TokenPlacement;
import io.tollgate.profile.TokenSource;
import java.net.MalformedURLException;
import java.net.URL;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.jmeter.protocol.http.sampler.HTTPSampleResult;
import org.apache.jmeter.samplers.SampleResult;

/**
 * Results without the tokens that were sent. JMeter keeps the request headers of a result as text,
 * its cookies and its URL, for the listeners that save or show them: each gets what stands here.
 */
public final class MaskedTokens {
  /** Header lines, and the metadata of gRPC samplers, which is JSON or like a map of Java. */
  private static final String LINE =
      "(?i)(?<![\\w-])((?:%s)\"?[ \\t]*[:=][ \\t]*\"?)([^\\r\\n\"]+)";

  /** A cookie or a query parameter. */
  private static final String PAIR = "(?<![^?&;\\s:\"])(%s=)([^&;\\s\"#]+)";

  private static final String MASK = "$1***";
  private static final Pattern USUAL = Pattern.compile(String.format(LINE, "authorization|dpop"));

  /** For the profile that was asked for last: most plans have one. */
  private static volatile MaskedTokens last;

  private final TokenPlacement placement;
  private final Pattern lines;

  /** {@code null} unless a cookie or a query has the token. */
  private final Pattern pairs;

  private MaskedTokens(TokenSource source, TokenPlacement placement) {
    this.placement = placement;
    boolean isPair = placement.isCookie() || placement.isQuery();
    pairs = isPair ? Pattern.compile(String.format(PAIR, Pattern.quote(placement.name()))) : null;
    StringBuilder names = new StringBuilder();
    if (!isPair && !"authorization".equalsIgnoreCase(placement.name())) {
      names.append('|').append(Pattern.quote(placement.name()));
    }
    for (ApiHeader header : source.apiHeaders()) {
      if (header.isSecret()) {
        names.append('|').append(Pattern.quote(header.name()));
      }
    }
    lines =
        names.length() == 0
            ? USUAL
            : Pattern.compile(String.format(LINE, "authorization|dpop" + names));
  }

  /**
   * Masks a result and all that it is made of.
   *
   * @param result to be saved
   * @param source whose token it may hold
   */
  public static void in(SampleResult result, TokenSource source) {
    TokenPlacement placement = source.placement();
    MaskedTokens known = last;
    if (known == null || known.placement != placement) {
      known = new MaskedTokens(source, placement);
      last = known;
    }
    known.mask(result);
  }

  private void mask(SampleResult result) {
    String headers = result.getRequestHeaders();
    if (headers != null) {
      String masked =
          pairs == null ? masked(lines, headers) : masked(pairs, masked(lines, headers));
      if (!masked.equals(headers)) {
        result.setRequestHeaders(masked);
      }
    }
    if (pairs != null) {
      maskPairs(result);
    }
    for (SampleResult part : result.getSubResults()) {
      mask(part);
    }
  }

  private void maskPairs(SampleResult result) {
    result.setSampleLabel(masked(pairs, result.getSampleLabel()));
    if (result instanceof HTTPSampleResult) {
      HTTPSampleResult http = (HTTPSampleResult) result;
      http.setCookies(masked(pairs, http.getCookies()));
    } else if (result.getSamplerData() != null) {
      result.setSamplerData(masked(pairs, result.getSamplerData())); // WebSockets: the URL
    }
    URL url = result.getURL();
    if (url == null) {
      return;
    }
    try {
      result.setURL(new URL(masked(pairs, url.toString())));
    } catch (MalformedURLException e) {
      result.setURL(null); // better none than one with the token
    }
  }

  private static String masked(Pattern secret, String text) {
    if (text == null) {
      return null;
    }
    Matcher found = secret.matcher(text);
    return found.find() ? found.replaceAll(MASK) : text;
  }
}
