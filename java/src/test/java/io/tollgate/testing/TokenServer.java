package io.tollgate.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A token endpoint on the loopback that counts, and answers when and what the test wants. */
public final class TokenServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          run -> {
            Thread thread = new Thread(run, "token-server");
            thread.setDaemon(true);
            return thread;
          });

  /** Ports come again; what the engine remembers of a server must not be that of another test. */
  private static final AtomicInteger SERVERS = new AtomicInteger();

  private final int number = SERVERS.incrementAndGet();
  private final AtomicInteger requests = new AtomicInteger();
  private final List<String> forms = new CopyOnWriteArrayList<>();
  private final List<String> tenants = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile int status = 200;
  private volatile String lifetime = "3600";
  private volatile String type = "";
  private volatile String retryAfter;

  public TokenServer() {
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
    int number = requests.incrementAndGet();
    ByteArrayOutputStream form = new ByteArrayOutputStream();
    try (InputStream body = exchange.getRequestBody()) {
      for (int b = body.read(); b >= 0; b = body.read()) {
        form.write(b); // to the end, so that the connection can be used again
      }
    }
    forms.add(form.toString("UTF-8"));
    tenants.add(String.valueOf(exchange.getRequestHeaders().getFirst("X-Tenant")));
    authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    try {
      gate.await();
    } catch (InterruptedException e) {
      exchange.close();
      return;
    }
    String text =
        status == 200
            ? "{\"access_token\":\""
                + token(number)
                + "\""
                + type
                + ",\"expires_in\":"
                + lifetime
                + "}"
            : "{\"error\":\"invalid_client\",\"error_description\":\"no such client\"}";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    if (status != 200 && retryAfter != null) {
      exchange.getResponseHeaders().set("Retry-After", retryAfter);
    }
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** The token that the request of this number gets. */
  public String token(int number) {
    return "token-" + port() + "-" + number;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** The settings of a profile that asks this server. */
  public Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("token_url", "http://127.0.0.1:" + port() + "/" + number + "/token");
    settings.put("client_id", "demo");
    settings.put("client_secret", "demo-secret");
    return settings;
  }

  /** From now on, requests are held until {@link #release}. */
  public void hold() {
    gate = new CountDownLatch(1);
  }

  public void release() {
    gate.countDown();
  }

  public void answerWith(int newStatus) {
    status = newStatus;
  }

  /** From now on errors name a wait. */
  public void retryAfter(String seconds) {
    retryAfter = seconds;
  }

  public void tokensLive(String seconds) {
    lifetime = seconds;
  }

  /** From now on tokens are bound to the keys of proofs. */
  public void binds() {
    type = ",\"token_type\":\"DPoP\"";
  }

  /** The bodies of the requests so far. */
  public List<String> forms() {
    return forms;
  }

  /** The values of the header {@code X-Tenant} of the requests so far, {@code null} as text. */
  public List<String> tenants() {
    return tenants;
  }

  /**
   * The values of the header {@code Authorization} of the requests so far, {@code null} as text.
   */
  public List<String> authorizations() {
    return authorizations;
  }

  public int requests() {
    return requests.get();
  }

  @Override
  public void close() {
    release();
    server.stop(0);
    threads.shutdownNow();
  }
}
