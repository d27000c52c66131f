package io.tollgate.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.TollgateException;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import io.tollgate.testing.Until;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Every request of a sampler asks whose token endpoint it goes to. */
class TokenEndpointsTest {
  @Test
  void anIssuerThatIsDownMakesNoThreadWaitForAnotherAndIsKnownOnceItIsUp() throws Exception {
    Plugin.ready();
    String name = Plugin.newName();
    AtomicInteger status = new AtomicInteger(503);
    try (TokenServer server = new TokenServer()) {
      Map<String, Object> settings = new HashMap<>(server.settings());
      URL endpoint = new URL((String) settings.remove("token_url"));
      HttpServer issuer = issuer(endpoint, status);
      try {
        settings.put("issuer", "http://127.0.0.1:" + issuer.getAddress().getPort());
        // Or the wait that is drawn by chance may be longer than the second read has.
        settings.put("backoff_cap", "1s");
        settings.put("token_timeout", "5s");
        Tollgate.define(name, settings);
        assertThrows(
            TollgateException.class, () -> Tollgate.credential(name).token(), "it names nothing");
        assertNull(TokenEndpoints.at(endpoint), "and has not been asked before");

        synchronized (TokenEndpoints.class) {
          assertNull(
              CompletableFuture.supplyAsync(() -> TokenEndpoints.at(endpoint))
                  .get(10, TimeUnit.SECONDS));
        }

        status.set(200);
        Until.holds("a token", () -> comes(Tollgate.credential(name)));
        assertEquals(name, TokenEndpoints.at(endpoint));
      } finally {
        issuer.stop(0);
      }
    }
  }

  /** On a busy machine the few seconds that one read has may be over before the answer is there. */
  private static boolean comes(Credential credential) {
    try {
      credential.token();
      return true;
    } catch (TollgateException e) {
      return false;
    }
  }

  private static HttpServer issuer(URL tokenEndpoint, AtomicInteger status) throws IOException {
    HttpServer issuer =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String itself = "http://127.0.0.1:" + issuer.getAddress().getPort();
    byte[] metadata =
        ("{\"issuer\":\"" + itself + "\",\"token_endpoint\":\"" + tokenEndpoint + "\"}")
            .getBytes(StandardCharsets.UTF_8);
    issuer.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(status.get(), metadata.length);
          exchange.getResponseBody().write(metadata);
          exchange.close();
        });
    issuer.start();
    return issuer;
  }
}
