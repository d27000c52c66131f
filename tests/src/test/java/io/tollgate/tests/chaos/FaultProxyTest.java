package io.tollgate.tests.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.tollgate.tests.Await;
import io.tollgate.tests.chaos.Ledger.Count;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each fault does to an exchange, and that the ledger has it as the server has. */
class FaultProxyTest {
  private static final String TOKEN = "abcdefghijklmnopqrstuvwxyz";
  private static final String BODY = "{\"access_token\":\"" + TOKEN + "\"}";

  private final AtomicInteger arrived = new AtomicInteger();
  private final Ledger ledger = new Ledger();
  private volatile Fault fault;
  private volatile String authorization;
  private HttpServer server;
  private FaultProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          arrived.incrementAndGet();
          authorization = exchange.getRequestHeaders().getFirst("Authorization");
          byte[] body = BODY.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    proxy = new FaultProxy(ledger, (random, route) -> Optional.ofNullable(fault), 1);
    proxy.open(server.getAddress());
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    server.stop(0);
  }

  /** All that comes back, until the connection ends or the answer is whole. */
  private String request() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
      String request =
          "POST /token HTTP/1.1\r\nHost: x\r\nAuthorization: Basic "
              + TOKEN
              + "\r\nContent-Length: 2\r\n\r\nab";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  private String request(Fault injected) throws IOException {
    fault = injected;
    return request();
  }

  private void assertCounts(long received, long answered, long delivered) {
    assertEquals(received, ledger.counted(Route.TOKEN, Count.RECEIVED), "received");
    assertEquals(answered, ledger.counted(Route.TOKEN, Count.ANSWERED), "answered");
    assertEquals(answered, arrived.get(), "at the server");
    assertEquals(delivered, ledger.counted(Route.TOKEN, Count.DELIVERED), "delivered");
    assertEquals(List.of(), ledger.broken());
  }

  @Test
  void anUndisturbedExchange() throws IOException {
    assertTrue(request().endsWith(BODY));
    assertCounts(1, 1, 1);
    assertTrue(ledger.windows().isEmpty());
  }

  @Test
  void aRequestThatDoesNotArrive() throws IOException {
    assertEquals("", request(Fault.CUT_REQUEST));
    assertThrows(SocketException.class, () -> request(Fault.RESET_REQUEST));
    assertCounts(2, 0, 0);
    assertEquals(2, ledger.windows().size());
  }

  @Test
  void anAnswerThatDoesNotArrive() throws IOException {
    String cut = request(Fault.CUT_ANSWER);
    assertTrue(!cut.isEmpty() && !cut.endsWith("}"), cut);
    assertEquals("", request(Fault.WITHHOLD));
    assertCounts(2, 2, 0);
  }

  @Test
  void anAnswerThatIsReset() {
    assertThrows(SocketException.class, () -> request(Fault.RESET_ANSWER));
    assertCounts(1, 1, 0);
  }

  @Test
  void anAnswerThatCantBeRead() throws IOException {
    assertNotEquals("HTTP/1.1", request(Fault.GARBLE_HEAD).substring(0, 8));
    assertTrue(request(Fault.GARBLE_BODY).contains("\r\n\r\n#\"access_token"));
    assertCounts(2, 2, 0);
  }

  @Test
  void aConnectionGoesOnAfterAWholeAnswer() throws IOException {
    fault = Fault.GARBLE_BODY;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
      String request = "POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
      for (int received = 1; received <= 2; received++) {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        assertEquals(200, HttpMessage.read(socket.getInputStream()).status());
        assertCounts(received, received, 0);
      }
    }
  }

  @Test
  void whatAClientCantKnow() throws IOException {
    String changed = request(Fault.CHANGE_TOKEN);
    assertTrue(changed.contains("access_token") && !changed.contains(TOKEN), changed);
    assertTrue(request(Fault.CHANGE_AUTHORIZATION).endsWith(BODY));
    assertTrue(authorization.startsWith("Basic abc") && !authorization.endsWith(TOKEN));
    assertTrue(request(Fault.DELAY).endsWith(BODY));
    assertCounts(3, 3, 3);
  }

  @Test
  void aServerThatIsDownAndComesBack() throws IOException, InterruptedException {
    proxy.shut(Duration.ofSeconds(10));
    assertThrows(ConnectException.class, this::request);
    assertCounts(0, 0, 0);
    proxy.open(server.getAddress());
    assertTrue(request().endsWith(BODY));
    assertCounts(1, 1, 1);
  }

  @Test
  void aConnectionFromBeforeARestartIsOfNoUse() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
      String request = "POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      HttpMessage first = HttpMessage.read(socket.getInputStream());
      assertEquals(200, first.status());
      proxy.shut(Duration.ofSeconds(10));
      proxy.open(server.getAddress());
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      assertEquals(-1, socket.getInputStream().read());
    }
    Await.until(
        "the second request to be read",
        Duration.ofSeconds(20),
        () -> ledger.counted(Route.TOKEN, Count.RECEIVED) == 2);
    assertCounts(2, 1, 1);
  }
}
