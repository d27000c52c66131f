package io.tollgate.cli.login;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The redirect takes the answer with its own state, and nothing else that comes to its port. */
class LoopbackRedirectTest {
  private static final int SECONDS = 30;

  @Test
  void onlyTheAnswerWithItsStateCounts() throws Exception {
    try (LoopbackRedirect redirect = new LoopbackRedirect(null)) {
      FutureTask<Map<String, String>> answer =
          new FutureTask<>(() -> redirect.await("st&te", SECONDS));
      new Thread(answer).start();
      String base = redirect.uri().replace("/callback", "");
      assertEquals(404, get(base + "/favicon.ico"));
      assertEquals(404, get(redirect.uri() + "?code=stolen&state=guessed"));
      assertEquals(404, get(base + "/other?code=c&state=st%26te"));
      assertEquals(200, get(redirect.uri() + "?code=c%2B1&state=st%26te"));
      assertEquals("c+1", answer.get(SECONDS, TimeUnit.SECONDS).get("code"));
    }
  }

  @Test
  void aRefusalIsAnAnswer() throws Exception {
    try (LoopbackRedirect redirect = new LoopbackRedirect(null)) {
      FutureTask<Map<String, String>> answer = new FutureTask<>(() -> redirect.await("s", SECONDS));
      new Thread(answer).start();
      get(redirect.uri() + "?state=s&error=access_denied&error_description=not%20you%0Areally");
      assertEquals(
          "access_denied: not you really", Texts.error(answer.get(SECONDS, TimeUnit.SECONDS)));
    }
  }

  @Test
  void onlyPortsOfThisMachineAreListenedAt() {
    for (String other :
        new String[] {
          "https://127.0.0.1:1/", "http://example.com:80/", "http://localhost/no-port", "no url"
        }) {
      LoginFailure e = assertThrows(LoginFailure.class, () -> new LoopbackRedirect(other).close());
      assertTrue(e.getMessage().contains("--redirect"), e.getMessage());
    }
  }

  /** The pair is that of RFC 7636, appendix B. */
  @Test
  void theChallengeIsThatOfItsVerifier() {
    assertEquals(
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        Texts.challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
  }

  private static int get(String url) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
    connection.setReadTimeout(SECONDS * 1000);
    return connection.getResponseCode();
  }
}
