package io.tollgate.cli.endpoint;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The listener. {@code /PROFILE/token} is a token endpoint (RFC 6749 section 4.4), {@code
 * /PROFILE/revoke} takes back a token that the API refused (RFC 7009), {@code /health} tells the
 * state. With one profile {@code /token} and {@code /revoke} are its paths too.
 *
 * <p>Invariant: requests that wait for a token never take all threads, so that {@code /health} is
 * answered at any time.
 */
public final class TokenEndpoint implements AutoCloseable {
  private static final int THREADS = 256;

  /** Requests that may wait for a token at once; one more is sent away. */
  private static final int WAITING = THREADS - 16;

  private static final String TOKEN = "/token";
  private static final String REVOKE = "/revoke";

  static {
    // Read once, by the first server of the JVM. A client that sends nothing, or reads nothing,
    // holds a thread no longer than this; small answers are sent at once.
    setUnlessSet("sun.net.httpserver.maxReqTime", "30");
    setUnlessSet("sun.net.httpserver.maxRspTime", "120");
    setUnlessSet("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ThreadPoolExecutor threads;
  private final Clients clients;
  private final Map<String, ServedProfile> profiles = new LinkedHashMap<>();
  private final Semaphore places = new Semaphore(WAITING);

  /**
   * Listens.
   *
   * @param address with port 0: any
   * @param tls {@code null}: plain HTTP
   * @param clients who may ask
   * @param served profiles
   */
  public TokenEndpoint(
      InetSocketAddress address, TlsKey tls, Clients clients, Collection<ServedProfile> served)
      throws IOException {
    this.clients = clients;
    served.forEach(profile -> profiles.put(profile.name(), profile));
    if (tls == null) {
      server = HttpServer.create(address, 0);
    } else {
      HttpsServer secure = HttpsServer.create(address, 0);
      secure.setHttpsConfigurator(tls.configurator());
      server = secure;
    }
    threads =
        new ThreadPoolExecutor(
            THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named());
    threads.allowCoreThreadTimeOut(true);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private static ThreadFactory named() {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, "tollgate-serve-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * Where it listens.
   *
   * @return with the port that was chosen
   */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try {
      Answer answer;
      try {
        answer = answer(exchange);
      } catch (Refused e) {
        answer = e.answer();
      } catch (RuntimeException | LinkageError e) {
        answer = Answer.error(500, "server_error", e.toString());
      }
      answer.send(exchange);
    } finally {
      exchange.close();
    }
  }

  private Answer answer(HttpExchange exchange) throws IOException, Refused {
    String path = exchange.getRequestURI().getPath();
    String method = exchange.getRequestMethod();
    if (path.equals("/health")) {
      return method.equals("GET") || method.equals("HEAD") ? health() : onlyBy("GET");
    }
    boolean revokes = path.endsWith(REVOKE);
    ServedProfile profile = profile(path, revokes ? REVOKE : TOKEN);
    if (profile == null) {
      return Answer.error(404, "invalid_request", "there is " + paths());
    }
    if (!method.equals("POST")) {
      return onlyBy("POST");
    }
    checkSender(exchange.getRequestHeaders());
    ClientForm form = ClientForm.read(exchange);
    clients.check(form);
    return revokes ? revoke(profile, form) : token(profile, form);
  }

  /** The profile of a path, {@code null} if it has none. */
  private ServedProfile profile(String path, String end) {
    if (!path.endsWith(end)) {
      return null;
    }
    String before = path.substring(0, path.length() - end.length());
    if (before.isEmpty()) {
      return profiles.size() == 1 ? profiles.values().iterator().next() : null;
    }
    return profiles.get(before.substring(1));
  }

  private String paths() {
    StringBuilder paths = new StringBuilder("/health");
    profiles.keySet().forEach(name -> paths.append(", /").append(name).append(TOKEN));
    return paths.toString();
  }

  private static Answer onlyBy(String method) {
    return Answer.error(405, "invalid_request", "only by " + method).with("Allow", method);
  }

  /**
   * A web page must not get a token of this machine by a name that it points here. Browsers name
   * the page in each such request; no program that tests does.
   */
  private static void checkSender(Headers headers) throws Refused {
    if (headers.getFirst("Origin") != null) {
      throw new Refused(Answer.error(403, "invalid_request", "not for web pages"));
    }
  }

  private Answer token(ServedProfile profile, ClientForm form) throws Refused {
    String grant = form.required("grant_type");
    if (!grant.equals("client_credentials")) {
      return Answer.error(400, "unsupported_grant_type", "there is client_credentials alone");
    }
    if (!places.tryAcquire()) {
      return Answer.error(503, "temporarily_unavailable", "too many requests wait for a token")
          .with("Retry-After", "1");
    }
    try {
      return profile.token(form.field("scope"));
    } finally {
      places.release();
    }
  }

  private static Answer revoke(ServedProfile profile, ClientForm form) throws Refused {
    profile.revoked(form.required("token"));
    return Answer.ok(new LinkedHashMap<>());
  }

  private Answer health() {
    Map<String, Object> states = new LinkedHashMap<>();
    profiles.forEach((name, profile) -> states.put(name, profile.health()));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("status", "up");
    body.put("profiles", states);
    return Answer.ok(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
