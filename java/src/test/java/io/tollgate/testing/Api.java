package io.tollgate.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.apache.jmeter.protocol.http.control.Cookie;
import org.apache.jmeter.protocol.http.control.CookieManager;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.control.HeaderManager;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.apache.jmeter.testelement.TestElement;

/** A protected API on the loopback that remembers the headers of each request. */
public final class Api implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          run -> {
            Thread thread = new Thread(run, "api");
            thread.setDaemon(true);
            return thread;
          });
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();
  private final Queue<String> contents = new ConcurrentLinkedQueue<>();
  private final Function<HttpExchange, Integer> judge;
  private volatile String page = "<html><img src='/a.png'><img src='/b.png'></html>";

  /** Answers {@code /start} with a redirect to {@code /page}, which has two embedded pictures. */
  public Api() {
    this(exchange -> 200);
  }

  /** Answers with the status of the judge; 0 breaks the connection. */
  public Api(Function<HttpExchange, Integer> judge) {
    this.judge = judge;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    try (InputStream body = exchange.getRequestBody()) {
      for (int b = body.read(); b >= 0; b = body.read()) {
        sent.write(b); // to the end, or the connection would be closed with the answer
      }
    }
    String query = exchange.getRequestURI().getRawQuery();
    contents.add((query == null ? "" : query + " ") + sent.toString("UTF-8"));
    String path = exchange.getRequestURI().getPath();
    requests.add(
        path + " " + header(exchange, "Authorization") + " " + header(exchange, "X-Tenant"));
    int status = path.equals("/start") ? 302 : judge.apply(exchange);
    if (status == 0) {
      exchange.close();
      return;
    }
    if (!exchange.getResponseHeaders().containsKey("Location")) {
      exchange.getResponseHeaders().set("Location", "/page");
    }
    exchange.getResponseHeaders().set("Content-Type", "text/html");
    byte[] body = (path.equals("/page") ? page : "-").getBytes(StandardCharsets.US_ASCII);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.getResponseBody().close();
  }

  /** Is {@code /page} from now on. */
  public Api page(String html) {
    page = html;
    return this;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** All values of a header of a request. */
  public static String header(HttpExchange exchange, String name) {
    List<String> values = exchange.getRequestHeaders().get(name);
    return values == null ? "none" : String.join(",", values);
  }

  /** A sampler that asks for this path. */
  public HTTPSamplerProxy sampler(String path) {
    HTTPSamplerProxy sampler = new HTTPSamplerProxy("HttpClient4");
    sampler.setName("api");
    sampler.setProtocol("http");
    sampler.setDomain("127.0.0.1");
    sampler.setPort(server.getAddress().getPort());
    sampler.setPath(path);
    sampler.setMethod("GET");
    sampler.setFollowRedirects(true);
    return sampler;
  }

  /** A Header Manager of the plan, which HTTP samplers know by its form. */
  public static HeaderManager headers(Header... headers) {
    HeaderManager made = new HeaderManager();
    made.setProperty(TestElement.GUI_CLASS, "org.apache.jmeter.protocol.http.gui.HeaderPanel");
    for (Header header : headers) {
      made.add(header);
    }
    return made;
  }

  /** A Cookie Manager of the plan with a cookie {@code a=b} for this API. */
  public static CookieManager cookies() {
    CookieManager made = new CookieManager();
    made.setProperty(TestElement.GUI_CLASS, "org.apache.jmeter.protocol.http.gui.CookiePanel");
    made.add(new Cookie("a", "b", "127.0.0.1", "/", false, 0, true, true));
    return made;
  }

  /** Path, {@code Authorization} and {@code X-Tenant} of each request so far. */
  public List<String> requests() {
    return new ArrayList<>(requests);
  }

  /** Query and body of each request so far. */
  public List<String> contents() {
    return new ArrayList<>(contents);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
