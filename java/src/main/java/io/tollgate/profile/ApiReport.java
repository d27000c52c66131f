package io.tollgate.profile;

import java.net.URL;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What an API answer says about the token that was sent and about the API's limits, on its way to
 * the engine. The engine attributes and decides; here it is only parsed, and spared the crossing
 * when it could say nothing new.
 */
public final class ApiReport {
  private static final String NONCE = "DPoP-Nonce";
  private static final String CHALLENGE = "WWW-Authenticate";

  /** In a value it would begin another line. */
  private static final Pattern LINE_END = Pattern.compile("[\\r\\n]+");

  private ApiReport() {}

  /**
   * Whether an answer can be dropped unread: nothing about limits or permissions, the token in use
   * is known to be good, and there is no nonce that the engine has yet to hear of.
   *
   * @param source whose token was sent
   * @param stamp which token the live header gave out, {@code null} if unknown
   * @param status of the answer
   * @param url of the request, may be {@code null}
   * @param headers of the answer as JMeter records them, may be {@code null}
   * @return {@code true} for nearly every sample of a healthy run
   */
  public static boolean isRedundant(
      TokenSource source, TokenId stamp, int status, URL url, String headers) {
    Lease last = source.lastRead().of(stamp);
    return isPlain(status)
        && (status < 400 || header(headers, CHALLENGE) == null)
        && last != null
        && (stamp == null || last.isStamped(stamp))
        && last.isAccepted()
        && !RateHeaders.maySayNothingRemains(headers)
        && !(source.wantsQuotas() && RateHeaders.mayReportAQuota(headers))
        && !(last.isBound() && hasUnreportedNonce(last, url, headers));
  }

  /**
   * What an API wants to see in proofs from now on may come with any answer (RFC 9449 section 8.2).
   */
  private static boolean hasUnreportedNonce(Lease last, URL url, String headers) {
    String nonce = header(headers, NONCE);
    return nonce != null && !last.isReported(origin(url) + ' ' + nonce);
  }

  /**
   * Passes an answer to the engine.
   *
   * @param source whose token was sent
   * @param status the HTTP status
   * @param origin {@code scheme://host:port} or {@code null}
   * @param headers header lines, {@code null} if there are none
   * @param sent the recorded header value or bare token, or {@code null}
   * @param stamp which token the live header gave out, {@code null} if unknown
   * @param agoNanos how long ago the request was sent; 0 if not known
   */
  public static void send(
      TokenSource source,
      int status,
      String origin,
      String headers,
      String sent,
      TokenId stamp,
      long agoNanos) {
    send(source, status, origin, headers, null, AnswerRules.NOTHING, sent, stamp, agoNanos);
  }

  /**
   * Passes an answer to the engine, with what its body says.
   *
   * @param source whose token was sent
   * @param status the HTTP status
   * @param origin {@code scheme://host:port} or {@code null}
   * @param headers header lines, {@code null} if there are none
   * @param body its start, {@code null} if it says nothing more
   * @param finding what an element of the plan found in it
   * @param sent the recorded value or bare token, or {@code null}
   * @param stamp which token the live header gave out, {@code null} if unknown
   * @param agoNanos how long ago the request was sent; 0 if not known
   */
  public static void send(
      TokenSource source,
      int status,
      String origin,
      String headers,
      String body,
      int finding,
      String sent,
      TokenId stamp,
      long agoNanos) {
    OpenedProfile opened = source.bind();
    long handle = opened.lanes == null || stamp == null ? opened.handle : stamp.lane;
    long mark = stamp == null ? 0 : stamp.stamp;
    opened.wantsQuotas(
        opened.engine.report(handle, status, origin, headers, body, finding, sent, mark, agoNanos));
    Lease last = sent == null ? source.lastRead().of(stamp) : source.lastRead().sentAs(sent);
    if (last != null && (sent != null || stamp != null && last.isStamped(stamp))) {
      if (provesToken(status) && finding == AnswerRules.NOTHING && body == null) {
        last.markAccepted();
      }
      if (last.isBound()) {
        markReported(last, origin, headers);
      }
    }
  }

  private static void markReported(Lease last, String origin, String headers) {
    String nonce = header(headers, NONCE);
    if (nonce != null) {
      last.markReported(origin + ' ' + nonce);
    }
  }

  /**
   * Who is asked by a request.
   *
   * @param url of the request, may be {@code null}
   * @return {@code scheme://host:port}, or {@code null} if it has no host
   */
  public static String origin(URL url) {
    if (url == null || url.getHost().isEmpty()) {
      return null;
    }
    int port = url.getPort() < 0 ? url.getDefaultPort() : url.getPort();
    String host = url.getHost().toLowerCase(Locale.ROOT); // one gate, however it is written
    return url.getProtocol() + "://" + host + (port < 0 ? "" : ":" + port);
  }

  /**
   * Writes response headers as lines.
   *
   * @param headers a map of name to value or values, header lines as text, or {@code null}
   * @return {@code null} for {@code null}
   */
  public static String headers(Object headers) {
    if (headers == null) {
      return null;
    }
    return headers instanceof Map ? lines((Map<?, ?>) headers) : headers.toString();
  }

  private static String lines(Map<?, ?> headers) {
    StringBuilder lines = new StringBuilder();
    for (Map.Entry<?, ?> header : headers.entrySet()) {
      Iterable<?> values =
          header.getValue() instanceof Iterable
              ? (Iterable<?>) header.getValue()
              : Collections.singletonList(header.getValue());
      for (Object value : values) {
        // HttpURLConnection files the status line under a null name.
        if (header.getKey() != null && value != null) {
          String text = LINE_END.matcher(value.toString()).replaceAll(" ");
          lines.append(header.getKey()).append(": ").append(text).append('\n');
        }
      }
    }
    return lines.toString();
  }

  /**
   * Finds one header in header lines.
   *
   * @param text as JMeter records it, may be {@code null}
   * @param name any case
   * @return its value or {@code null}
   */
  public static String header(String text, String name) {
    if (text == null) {
      return null;
    }
    for (int at = 0; at < text.length(); ) {
      int end = text.indexOf('\n', at);
      end = end < 0 ? text.length() : end;
      int value = at + name.length();
      if (value < end
          && text.charAt(value) == ':'
          && text.regionMatches(true, at, name, 0, name.length())) {
        return text.substring(value + 1, end).trim();
      }
      at = end + 1;
    }
    return null;
  }

  private static boolean isPlain(int status) {
    return status < 400
        || (status != 400 && status != 401 && status != 403 && status != 429 && status != 503);
  }

  /**
   * Only a success proves the token; a 404 or a 500 may have been answered before looking at it.
   */
  private static boolean provesToken(int status) {
    return status >= 200 && status < 400;
  }
}
