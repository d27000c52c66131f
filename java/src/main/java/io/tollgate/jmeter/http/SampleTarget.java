package io.tollgate.jmeter.http;

import io.tollgate.jmeter.grpc.GrpcSample;
import io.tollgate.jmeter.websocket.WebSocketSample;
import io.tollgate.profile.ApiReport;
import io.tollgate.profile.TokenEndpoints;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.util.stream.Stream;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;

/**
 * Where a sampler is about to send its request, as far as its fields tell.
 *
 * <p>From JMeter 5.6 on a function in a field is evaluated at each read, so a field is read only if
 * the host depends on it.
 */
public final class SampleTarget {
  private SampleTarget() {}

  /** {@code scheme://host:port}, {@code null} if the sampler does not tell. */
  public static String origin(Object sampler) {
    try {
      if (sampler instanceof HTTPSamplerBase) {
        return http((HTTPSamplerBase) sampler);
      }
      if (GrpcSample.isSampler(sampler)) {
        return GrpcSample.origin(sampler);
      }
      return WebSocketSample.isSampler(sampler) ? webSocket(sampler) : null;
    } catch (MalformedURLException | ReflectiveOperationException e) {
      return null; // the sampler will say what is wrong with it
    }
  }

  /**
   * The same, when no field changes any more before the request: what was evaluated for this is
   * what the sampler will find in its fields. JMeter takes it back after the sample.
   */
  public static String settledOrigin(Object sampler) {
    if (sampler instanceof HTTPSamplerBase) {
      HTTPSamplerBase http = (HTTPSamplerBase) sampler;
      Stream.of(HTTPSamplerBase.PROTOCOL, HTTPSamplerBase.DOMAIN, HTTPSamplerBase.PORT)
          .forEach(field -> EvaluatedFields.settle(http.getProperty(field)));
      if (mayBeWholeUrl(http)) {
        EvaluatedFields.settle(http.getProperty(HTTPSamplerBase.PATH));
      }
    }
    return origin(sampler);
  }

  /** The host of the settled origin, {@code null} if the sampler does not tell. */
  static String settledHost(Object sampler) {
    String origin = settledOrigin(sampler);
    try {
      return origin == null ? null : new URL(origin).getHost();
    } catch (MalformedURLException e) {
      return null;
    }
  }

  /** The same, {@code null} too if {@link #isUndecided}. */
  public static String decidedOrigin(Object sampler) {
    return isUndecided(sampler) ? null : origin(sampler);
  }

  /**
   * The URL of an HTTP sampler but for its query, if by its path it may be that of a token
   * endpoint. {@code null} of others and if a function in a field would run for it that the request
   * runs again.
   */
  static URL perhapsTokenEndpoint(Object sampler) {
    // The path first: nearly every sample ends there.
    if (!(sampler instanceof HTTPSamplerBase)
        || varies((HTTPSamplerBase) sampler, HTTPSamplerBase.PATH)
        || !TokenEndpoints.mayBeAt(((HTTPSamplerBase) sampler).getPath())
        || isUndecided(sampler)) {
      return null;
    }
    try {
      return new URL(url((HTTPSamplerBase) sampler));
    } catch (MalformedURLException e) {
      return null; // the sampler will say what is wrong with it
    }
  }

  /**
   * Whether each evaluation of an HTTP sampler's fields may name another host: then only the
   * request tells.
   */
  static boolean isUndecided(Object sampler) {
    if (!(sampler instanceof HTTPSamplerBase)) {
      return false;
    }
    HTTPSamplerBase http = (HTTPSamplerBase) sampler;
    return varies(http, HTTPSamplerBase.PROTOCOL)
        || varies(http, HTTPSamplerBase.DOMAIN)
        || varies(http, HTTPSamplerBase.PORT)
        || (mayBeWholeUrl(http) && varies(http, HTTPSamplerBase.PATH));
  }

  private static boolean varies(HTTPSamplerBase sampler, String field) {
    return EvaluatedFields.varies(sampler.getProperty(field));
  }

  /** JMeter takes a path that begins with {@code http://} or {@code https://} for the whole URL. */
  private static boolean mayBeWholeUrl(HTTPSamplerBase sampler) {
    String path = EvaluatedFields.unevaluated(sampler.getProperty(HTTPSamplerBase.PATH));
    return path.startsWith("http") || path.startsWith("${");
  }

  private static String http(HTTPSamplerBase sampler) throws MalformedURLException {
    if (mayBeWholeUrl(sampler)) {
      String path = sampler.getPath();
      if (path.startsWith("http://") || path.startsWith("https://")) {
        return ApiReport.origin(new URL(path));
      }
    }
    int port = sampler.isProtocolDefaultPort() ? -1 : sampler.getPort();
    return ApiReport.origin(new URL(sampler.getProtocol(), sampler.getDomain(), port, "/"));
  }

  /**
   * As {@code getUrl()} of the sampler, but for the query: to ask for that would run the functions
   * in its parameters twice.
   */
  static String url(HTTPSamplerBase sampler) {
    String path = sampler.getPath();
    if (path.startsWith("http://") || path.startsWith("https://")) {
      return path;
    }
    String port = sampler.isProtocolDefaultPort() ? "" : ":" + sampler.getPort();
    String slash = path.startsWith("/") ? "" : "/";
    return sampler.getProtocol() + "://" + sampler.getDomain() + port + slash + path;
  }

  /** Those that open a connection tell where to; the others speak on one that is open. */
  private static String webSocket(Object sampler) throws ReflectiveOperationException {
    Object tls = call(sampler, "getTLS");
    String scheme = Boolean.TRUE.equals(tls) ? "https" : "http";
    return scheme + "://" + call(sampler, "getServer") + ":" + call(sampler, "getPort");
  }

  private static Object call(Object sampler, String getter) throws ReflectiveOperationException {
    Method method = sampler.getClass().getMethod(getter);
    return method.invoke(sampler);
  }
}
