package io.tollgate.jmeter.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.jmeter.report.JournalLines;
import io.tollgate.testing.LogLines;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import io.tollgate.text.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The Monitor in a browser: for this machine, read only, and nothing that a run depends on. */
class MonitorServerTest {
  private static final String HOST = "Host: 127.0.0.1";

  private MonitorServer server;

  @BeforeAll
  static void ready() {
    Plugin.ready();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop();
    }
  }

  private static JournalLines story() {
    return new JournalLines()
        .run(0, "run_started")
        .minted(2, 1, "first", 120)
        .at(5, "rejected", "generation=1", "age=3000", "count=40", JournalLines.until(6))
        .minted(6, 2, "rejected", 120)
        .of(2, "slow")
        .at(7, "sent", "reason=first")
        .at(8, "refused", "cause=UNREACHABLE", "elapsed_ns=700000000", "words=<script>x</script>")
        .at(9, "token_gate", "count=1", JournalLines.until(60));
  }

  private void serve(JournalLines told) {
    MonitorFeed feed = MonitorFeeds.of(told, Collections.singletonMap("profile 'slow'", 3));
    server =
        MonitorServer.start(
            MonitorServer.MONITOR,
            "0",
            new MonitorAnswers(feed, () -> "", () -> JournalLines.time(10))::to);
  }

  private String ask(String request, String... headers) throws IOException {
    try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), server.port())) {
      socket.setSoTimeout(30_000);
      String head = request + " HTTP/1.1\r\n" + String.join("\r\n", headers);
      socket
          .getOutputStream()
          .write((head + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      InputStream in = socket.getInputStream();
      for (int b = in.read(); b >= 0; b = in.read()) {
        out.write(b);
      }
      return out.toString("UTF-8");
    }
  }

  private String body(String path) throws IOException {
    String answer = ask("GET " + path, HOST);
    assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  @Test
  void thePageRunsItsOwnScriptAndLoadsNothingOfElsewhere() throws Exception {
    serve(story());
    String answer = ask("GET /", HOST);
    Matcher script = Pattern.compile("(?s)<script>(.*?)</script>").matcher(answer);
    assertTrue(script.find(), answer);
    byte[] digest =
        MessageDigest.getInstance("SHA-256")
            .digest(script.group(1).getBytes(StandardCharsets.UTF_8));
    String hash = "script-src 'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    assertTrue(answer.contains(hash), answer);
    assertFalse(answer.contains("${"), "a text is missing");
    for (String elsewhere : new String[] {"http:", "https:", "src=", "url(", "@import"}) {
      assertFalse(answer.contains(elsewhere), elsewhere);
    }
  }

  @Test
  void theViewHasRowsChartAndJournal() throws Exception {
    serve(story());
    Map<String, Object> view = JsonReader.object(JsonReader.parse(body("/view.json?filter=slow")));
    String rows = view.get("rows").toString();
    assertTrue(rows.contains("3 for the token gate"), rows);
    assertTrue(rows.contains("tokens 50 s"), rows);
    assertTrue(view.get("chart").toString().contains("<rect class=\"bar odd\""));
    assertFalse(view.get("chart").toString().contains("<script"), "the server's words are text");
    assertEquals(3, ((List<?>) view.get("journal")).size());
    assertEquals("3 of 9 entries", view.get("journal_note"));
    Map<String, Object> near =
        JsonReader.object(
            JsonReader.parse(body("/view.json?span=5000&to=" + JournalLines.time(7))));
    assertEquals(JournalLines.time(7), ((Number) near.get("end")).longValue());
    assertEquals(JournalLines.time(2), ((Number) near.get("begin")).longValue());
    String csv = body("/journal.csv?filter=slow+failed");
    assertEquals(2, csv.split("\r\n").length, csv);
    body("/view.json?span=x&to=-1&filter=%00&span=99999999999999999999"); // nonsense is no fault
  }

  @Test
  void onlyThisMachineIsAnsweredAndNothingCanBeChanged() throws Exception {
    serve(story());
    for (String host : new String[] {"127.0.0.1:1", "localhost", "LOCALHOST:80", "[::1]:9"}) {
      assertTrue(ask("GET /", "Host: " + host).startsWith("HTTP/1.1 200"), host);
    }
    for (String host :
        new String[] {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "x"}) {
      String answer = ask("GET /view.json", "Host: " + host);
      assertTrue(answer.startsWith("HTTP/1.1 403"), answer);
      assertFalse(answer.contains("demo"), answer);
    }
    assertTrue(ask("GET /", "X: none").startsWith("HTTP/1.1 403"), "no Host");
    for (String method : new String[] {"POST", "PUT", "DELETE", "OPTIONS"}) {
      assertTrue(ask(method + " /", HOST).startsWith("HTTP/1.1 405"), method);
    }
    assertTrue(ask("HEAD /", HOST).startsWith("HTTP/1.1 200"));
    assertTrue(ask("GET /../etc/passwd", HOST).startsWith("HTTP/1.1 404"));
  }

  @Test
  void aPortThatIsTakenOrNoneIsOneWarning() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      for (String port :
          new String[] {"" + taken.getLocalPort(), "70000", "-1", "http", "0.0.0.0:0"}) {
        Level before = LogManager.getRootLogger().getLevel();
        Configurator.setRootLevel(Level.WARN);
        try (LogLines log = new LogLines()) {
          assertNull(MonitorServer.start(MonitorServer.MONITOR, port, null));
          assertEquals(1, log.with("tollgate.monitor").size(), port);
          assertTrue(log.with("tollgate.monitor").get(0).startsWith("WARN "));
        } finally {
          Configurator.setRootLevel(before);
        }
      }
    }
  }

  @Test
  void metricsAloneAreAnsweredWhateverTheHostIsCalled() throws Exception {
    for (String address : new String[] {"127.0.0.1:0", "0"}) {
      AtomicInteger asked = new AtomicInteger();
      server =
          MonitorServer.start(
              MonitorServer.METRICS,
              address,
              MonitorServer.metricsAlone(() -> "figures " + asked.incrementAndGet() + "\n"));
      assertNotNull(server, address);
      assertTrue(server.address().getAddress().isLoopbackAddress(), "by itself for this machine");
      assertTrue(ask("GET /metrics", HOST).endsWith("\r\n\r\nfigures 1\n"), "those of now");
      String answer = ask("GET /metrics", "Host: injector-7:9464");
      assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
      assertTrue(answer.contains("text/plain; version=0.0.4"), answer);
      assertTrue(answer.endsWith("\r\n\r\nfigures 2\n"), answer);
      for (String path : new String[] {"/", "/view.json", "/journal.csv", "/metrics/"}) {
        assertTrue(ask("GET " + path, HOST).startsWith("HTTP/1.1 404"), path);
      }
      assertTrue(ask("POST /metrics", HOST).startsWith("HTTP/1.1 405"));
      server.stop();
    }
    // One of documentation (RFC 5737), which no machine has: where it listens is what was asked
    // for.
    for (String address : new String[] {"127.0.0.1:x", "192.0.2.1:0"}) {
      assertNull(MonitorServer.start(MonitorServer.METRICS, address, null), address);
    }
  }

  @Test
  void noThreadOfItKeepsTheJvm() throws Exception {
    // A server of an earlier test may still be about to end.
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    serve(story());
    body("/");
    List<String> keeping =
        Thread.getAllStackTraces().entrySet().stream()
            .filter(
                thread ->
                    Arrays.stream(thread.getValue())
                        .anyMatch(frame -> frame.getClassName().contains("net.httpserver")))
            .filter(thread -> !thread.getKey().isDaemon() && !before.contains(thread.getKey()))
            .map(thread -> thread.getKey().getName())
            .filter(name -> name.contains("Dispatcher") || name.contains("tollgate-monitor"))
            .collect(Collectors.toList());
    assertEquals(Collections.emptyList(), keeping);
  }

  @Test
  void noSecretIsInAnyAnswer() throws Exception {
    try (TokenServer tokens = new TokenServer()) {
      Credential credential = Tollgate.define(Plugin.newName(), tokens.settings());
      credential.token();
      server =
          MonitorServer.start(
              MonitorServer.MONITOR,
              "0",
              new MonitorAnswers(MonitorFeed.ofThisJvm(), () -> "")::to);
      for (String path : new String[] {"/", "/view.json", "/journal.csv"}) {
        String answer = body(path);
        assertFalse(answer.contains("demo-secret"), path);
        assertFalse(answer.contains(tokens.token(1)), path);
      }
    }
  }
}
