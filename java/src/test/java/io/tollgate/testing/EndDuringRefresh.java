package io.tollgate.testing;

import io.tollgate.Tollgate;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.HashMap;
import java.util.Map;

/**
 * The main class of a child JVM that ends while its token request is in flight. The server learns
 * from {@code /ends} that it does. Arguments: the port, and the file of the refresh token.
 */
public final class EndDuringRefresh {
  private EndDuringRefresh() {}

  public static void main(String[] arguments) throws IOException {
    String server = "http://127.0.0.1:" + arguments[0];
    Map<String, String> settings = new HashMap<>();
    settings.put("token_url", server + "/token");
    settings.put("client_id", "demo");
    settings.put("client_auth", "none");
    settings.put("grant", "refresh_token");
    settings.put("refresh_token", "file:" + arguments[1]);
    Thread reader = new Thread(() -> Tollgate.define("child", settings).token());
    reader.setDaemon(true);
    reader.start();
    get(server + "/asked"); // answered when the token request is there
    Runtime.getRuntime().addShutdownHook(new Thread(() -> getQuietly(server + "/ends")));
  }

  private static void getQuietly(String url) {
    try {
      get(url);
    } catch (IOException e) {
      System.out.println(e);
    }
  }

  private static void get(String url) throws IOException {
    try (InputStream answer = new URL(url).openStream()) {
      answer.read();
    }
  }
}
