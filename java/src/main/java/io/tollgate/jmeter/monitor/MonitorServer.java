package io.tollgate.jmeter.monitor;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tollgate.engine.Log;
import io.tollgate.run.Hosts;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What this JVM answers by HTTP: the Monitor in a browser, for runs without a window ({@code
 * tollgate.monitor=PORT}), and the metrics alone, for other machines too ({@code
 * tollgate.metrics=ADDRESS:PORT}). Each starts with the first run and lives as long as the JVM.
 * Port 0 is any that is free.
 *
 * <p>Only this machine reaches the Monitor: it listens on the loopback address, and answers
 * requests whose {@code Host} is this machine, so a foreign page gets nothing whose host name
 * resolves to 127.0.0.1 (DNS rebinding). No request changes anything. All its threads are daemons.
 * Never throws: a fault is one line in the log, and the run goes on.
 */
public final class MonitorServer {
  static final String MONITOR = "tollgate.monitor";
  static final String METRICS = "tollgate.metrics";
  private static final int THREADS = 2;
  private static final int MOST_WAITING = 64;
  private static final int LARGEST_PORT = 65_535;
  private static final Set<String> STARTED = ConcurrentHashMap.newKeySet();

  /** Answers a request for a path. */
  interface Answers {
    /**
     * Answers.
     *
     * @param request its path and query
     */
    MonitorAnswer to(URI request);
  }

  private final HttpServer server;
  private final Answers answers;
  private final boolean anyHost;

  private MonitorServer(HttpServer server, Answers answers, boolean anyHost) {
    this.server = server;
    this.answers = answers;
    this.anyHost = anyHost;
  }

  /**
   * Starts what properties ask for and was not started before in this JVM.
   *
   * @param metrics what Prometheus is answered
   * @return whether something was started now
   */
  public static boolean startOnce(Supplier<String> metrics) {
    MonitorAnswers pages = new MonitorAnswers(MonitorFeed.ofThisJvm(), metrics);
    boolean monitor = startOnce(MONITOR, "Monitor is", "/", pages::to);
    boolean alone =
        startOnce(METRICS, "metrics are", MonitorAnswers.METRICS, metricsAlone(metrics));
    return monitor || alone;
  }

  private static boolean startOnce(String property, String what, String path, Answers answers) {
    String address = Hosts.current().property(property);
    if (address == null || address.trim().isEmpty() || !STARTED.add(property)) {
      return false;
    }
    MonitorServer started = start(property, address.trim(), answers);
    if (started != null) {
      Log.info("Tollgate " + what + " at http:/" + started.address() + path);
    }
    return started != null;
  }

  /** The metrics and no other page. */
  static Answers metricsAlone(Supplier<String> metrics) {
    return request ->
        MonitorAnswers.METRICS.equals(request.getPath())
            ? MonitorAnswer.metrics(metrics.get())
            : MonitorAnswer.text(404, "not here\n");
  }

  /**
   * Starts one; {@code null} after a line in the log if that can't be.
   *
   * @param address a port of this machine; of the metrics also {@code ADDRESS:PORT}
   */
  static MonitorServer start(String property, String address, Answers answers) {
    MonitorServer[] started = new MonitorServer[1];
    // The server's own thread is a daemon if the one that starts it is.
    Thread thread = daemon(() -> started[0] = open(property, address, answers));
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return started[0];
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "tollgate-monitor-http");
    thread.setDaemon(true);
    return thread;
  }

  private static MonitorServer open(String property, String address, Answers answers) {
    try {
      boolean anyHost = METRICS.equals(property);
      int colon = anyHost ? address.lastIndexOf(':') : -1;
      InetAddress host =
          colon < 0 ? loopback() : InetAddress.getByName(address.substring(0, colon));
      int port = number(address.substring(colon + 1));
      HttpServer http = HttpServer.create(new InetSocketAddress(host, port), 0);
      MonitorServer server = new MonitorServer(http, answers, anyHost);
      ThreadPoolExecutor threads =
          new ThreadPoolExecutor(
              THREADS,
              THREADS,
              5,
              TimeUnit.SECONDS,
              new ArrayBlockingQueue<>(MOST_WAITING),
              MonitorServer::daemon);
      threads.allowCoreThreadTimeOut(true);
      http.setExecutor(threads);
      http.createContext("/", server::answer);
      http.start();
      return server;
    } catch (IOException | RuntimeException | LinkageError e) {
      Log.warn("Tollgate can't listen on " + address + " (" + property + "): " + e);
      return null;
    }
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  private static int number(String port) {
    int number = port.matches("\\d{1,5}") ? Integer.parseInt(port) : -1;
    if (number < 0 || number > LARGEST_PORT) {
      throw new IllegalArgumentException("not a port");
    }
    return number;
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  int port() {
    return address().getPort();
  }

  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try {
      MonitorAnswer answer = judge(exchange);
      exchange.getResponseHeaders().set("Content-Type", answer.type);
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
      exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
      exchange.getResponseHeaders().set("Cross-Origin-Resource-Policy", "same-origin");
      exchange.getResponseHeaders().set("Content-Security-Policy", answer.policy);
      if (answer.status == 405) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      }
      byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
      if ("HEAD".equals(exchange.getRequestMethod())) {
        exchange.sendResponseHeaders(answer.status, -1);
        return;
      }
      exchange.sendResponseHeaders(answer.status, body.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    } finally {
      exchange.close();
    }
  }

  private MonitorAnswer judge(HttpExchange exchange) {
    if (!anyHost && !isThisMachine(exchange.getRequestHeaders().getFirst("Host"))) {
      return MonitorAnswer.text(403, "this page is for this machine: open it as 127.0.0.1\n");
    }
    String method = exchange.getRequestMethod();
    if (!"GET".equals(method) && !"HEAD".equals(method)) {
      return MonitorAnswer.text(405, "read only\n");
    }
    try {
      return answers.to(exchange.getRequestURI());
    } catch (RuntimeException | LinkageError e) {
      return MonitorAnswer.text(500, "the engine can't be asked: " + e + "\n");
    }
  }

  /** Whether a {@code Host} header names this machine by an address or name that is always its. */
  static boolean isThisMachine(String host) {
    return host != null && host.matches("(?i)(127\\.0\\.0\\.1|localhost|\\[::1])(:\\d{1,5})?");
  }
}
