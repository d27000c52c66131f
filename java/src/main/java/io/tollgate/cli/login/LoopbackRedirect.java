package io.tollgate.cli.login;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Where the browser comes back to: a port of this machine alone (RFC 8252 section 7.3). */
final class LoopbackRedirect implements AutoCloseable {
  private static final String PAGE =
      "<!doctype html><meta charset=utf-8><title>Tollgate</title><p>%s You can close this window.";

  private static final int REQUEST_MILLIS = 5_000;

  private final ServerSocket socket;
  private final String uri;
  private final String path;

  /**
   * Listens.
   *
   * @param wanted the redirect URI that the server knows, {@code null}: any port
   */
  LoopbackRedirect(String wanted) throws IOException, LoginFailure {
    URI at = parse(wanted == null ? "http://127.0.0.1:0/callback" : wanted);
    String host = String.valueOf(at.getHost());
    boolean isLoopback =
        host.equals("localhost") || host.equals("[::1]") || host.matches("127\\.[0-9.]+");
    if (!"http".equals(at.getScheme()) || !isLoopback || wanted != null && at.getPort() < 0) {
      throw new LoginFailure(
          "--redirect wants a URL of this machine with a port, like"
              + " http://localhost:8080/callback");
    }
    InetAddress address =
        host.equals("localhost") ? InetAddress.getLoopbackAddress() : InetAddress.getByName(host);
    this.socket = new ServerSocket(at.getPort(), 5, address);
    this.path = at.getRawPath().isEmpty() ? "/" : at.getRawPath();
    this.uri = wanted == null ? "http://127.0.0.1:" + socket.getLocalPort() + "/callback" : wanted;
  }

  private static URI parse(String uri) throws LoginFailure {
    try {
      return URI.create(uri);
    } catch (IllegalArgumentException e) {
      throw new LoginFailure("--redirect is no URL");
    }
  }

  String uri() {
    return uri;
  }

  /**
   * Waits for the browser.
   *
   * @param state that the answer must have
   * @param seconds to wait at most
   * @return the parameters of the answer
   */
  Map<String, String> await(String state, long seconds) throws IOException, LoginFailure {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    while (true) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new LoginFailure("nobody signed in within " + seconds + " s");
      }
      socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
      try (Socket browser = socket.accept()) {
        browser.setSoTimeout(REQUEST_MILLIS);
        Map<String, String> answer = read(browser, state);
        if (answer != null) {
          return answer;
        }
      } catch (SocketTimeoutException e) {
        // Looked at above, or a connection that says nothing.
      }
    }
  }

  /** The answer in a request; {@code null} if it is another request, as browsers send for icons. */
  private Map<String, String> read(Socket browser, String state) throws IOException {
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(browser.getInputStream(), StandardCharsets.ISO_8859_1));
    String line = in.readLine();
    String[] request = line == null ? new String[0] : line.split(" ");
    String target = request.length > 1 && request[0].equals("GET") ? request[1] : "";
    int query = target.indexOf('?');
    Map<String, String> answer =
        query < 0 || !target.substring(0, query).equals(path)
            ? null
            : Texts.fields(target.substring(query + 1));
    boolean isOurs = answer != null && state.equals(answer.get("state"));
    String said = !isOurs ? "404 Not Found" : "200 OK";
    String text =
        !isOurs
            ? "This is not the login that Tollgate waits for."
            : answer.containsKey("code") ? "You are signed in." : "The login failed.";
    byte[] page = String.format(PAGE, text).getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 "
            + said
            + "\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\nContent-Length: "
            + page.length
            + "\r\n\r\n";
    browser.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    browser.getOutputStream().write(page);
    browser.getOutputStream().flush();
    return isOurs ? answer : null;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
