package io.tollgate.engine;

import io.tollgate.text.JsonWriter;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * What the JVM and JMeter know of the network and the native side cannot see: proxies ({@code
 * -H/-P/-N/-u/-a} of JMeter, {@code http(s).proxyHost} and the like of Java) and the certificates
 * the JVM trusts ({@code javax.net.ssl.trustStore}, else its own).
 */
public final class JvmNetwork {
  private JvmNetwork() {}

  /**
   * Passes them to the engine; never throws, because a load test without a proxy needs none.
   *
   * @param engine of this JVM
   * @param host whose properties may name a proxy's user
   */
  public static void pass(Engine engine, EngineHost host) {
    try {
      engine.environment(proxies(host::property), trustAnchors());
    } catch (RuntimeException | LinkageError e) {
      OnceLog.fault("-", "passing proxy and trust settings", e);
    }
  }

  static String proxies(UnaryOperator<String> property) {
    Map<String, Object> proxy = new LinkedHashMap<>();
    putProxy(proxy, property, "http", 80);
    putProxy(proxy, property, "https", 443);
    String direct = System.getProperty("http.nonProxyHosts");
    if (isSet(direct)) {
      proxy.put("non_proxy_hosts", direct);
    }
    return JsonWriter.write(Collections.singletonMap("proxy", proxy));
  }

  private static void putProxy(
      Map<String, Object> proxies, UnaryOperator<String> property, String scheme, int defaultPort) {
    String proxyHost = System.getProperty(scheme + ".proxyHost");
    if (!isSet(proxyHost)) {
      return;
    }
    Map<String, Object> proxy = new LinkedHashMap<>();
    boolean bareAddress = proxyHost.contains(":") && !proxyHost.startsWith("[");
    proxy.put("host", bareAddress ? "[" + proxyHost + "]" : proxyHost); // as URLs write IPv6
    proxy.put("port", port(System.getProperty(scheme + ".proxyPort"), defaultPort));
    String user =
        first(System.getProperty(scheme + ".proxyUser"), property.apply("http.proxyUser"));
    if (isSet(user)) {
      String password =
          first(System.getProperty(scheme + ".proxyPassword"), property.apply("http.proxyPass"));
      proxy.put("user", user);
      proxy.put("password", password == null ? "" : password);
    }
    proxies.put(scheme, proxy);
  }

  private static int port(String text, int otherwise) {
    try {
      return text == null ? otherwise : Integer.parseInt(text.trim());
    } catch (NumberFormatException e) {
      OnceLog.warn("proxy port", "proxy port '" + text + "' is not a number; using " + otherwise);
      return otherwise;
    }
  }

  private static String first(String one, String other) {
    return isSet(one) ? one : other;
  }

  private static boolean isSet(String text) {
    return text != null && !text.isEmpty();
  }

  private static byte[][] trustAnchors() {
    List<byte[]> anchors = new ArrayList<>();
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager) {
          for (X509Certificate anchor : ((X509TrustManager) manager).getAcceptedIssuers()) {
            anchors.add(anchor.getEncoded());
          }
        }
      }
    } catch (GeneralSecurityException | RuntimeException e) {
      OnceLog.warn(
          "trust store", "the JVM's trust store could not be read, using built-in roots: " + e);
    }
    return anchors.toArray(new byte[0][]);
  }
}
