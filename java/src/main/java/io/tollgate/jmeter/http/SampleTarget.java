package io.tollgate.jmeter.http;

import io.tollgate.jmeter.grpc.GrpcSample;
import io.tollgate.jmeter.websocket.WebSocketSample;
import io.tollgate.profile.ApiReport;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;

/** Where a sampler is about to send its request, as far as it tells. */
public final class SampleTarget {
  private SampleTarget() {}

  /** {@code scheme://host:port}, {@code null} if the sampler does not tell. */
  public static String origin(Object sampler) {
    try {
      if (sampler instanceof HTTPSamplerBase) {
        return ApiReport.origin(new URL(url((HTTPSamplerBase) sampler)));
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
