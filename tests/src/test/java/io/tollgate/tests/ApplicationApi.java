package io.tollgate.tests;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An application with a login of its own, in JSON, and items that want its token. */
final class ApplicationApi implements AutoCloseable {
  private static final int THREADS = 4;
  private static final String LOGIN =
      "{\"email\": \"ann@example.com\", \"password\": \"ann-secret\"}";
  private static final String TOKEN = "token-of-the-application";

  private final AtomicInteger logins = new AtomicInteger();
  private final AtomicInteger served = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final HttpServer server;

  ApplicationApi() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/auth/login", this::logIn);
    server.createContext("/items", this::serve);
    server.start();
  }

  private void logIn(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    boolean isKnown = body.equals(LOGIN);
    logins.incrementAndGet();
    answer(exchange, isKnown ? 200 : 400, "{\"data\": {\"token\": \"" + TOKEN + "\"}}");
  }

  private void serve(HttpExchange exchange) throws IOException {
    String sent = exchange.getRequestHeaders().getFirst("Authorization");
    boolean isKnown = ("Bearer " + TOKEN).equals(sent);
    (isKnown ? served : refused).incrementAndGet();
    answer(exchange, isKnown ? 200 : 401, "{}");
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  int port() {
    return server.getAddress().getPort();
  }

  int logins() {
    return logins.get();
  }

  /** Requests with the token. */
  int served() {
    return served.get();
  }

  /** Requests without it. */
  int refused() {
    return refused.get();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
  }
}
