package io.tollgate.profile;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Tollgate;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.net.URL;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An answer that could be dropped unread is read once for each nonce it brings. */
class NonceReportTest {
  private static final String PLAIN = "HTTP/1.1 200 OK\nDate: x\n";

  @Test
  void aNonceIsReportedOnceAndOnlyForBoundTokens() throws Exception {
    Plugin.ready();
    URL api = new URL("https://api.example/v2");
    URL other = new URL("https://other.example/v2");
    for (boolean bound : new boolean[] {true, false}) {
      try (TokenServer server = new TokenServer()) {
        Map<String, Object> settings = server.settings();
        if (bound) {
          server.binds();
          settings.put("dpop", "true");
        }
        String name = Plugin.newName();
        Tollgate.define(name, settings);
        TokenSource source = TokenSources.named(name);
        String sent = source.acquire().authorization();
        assertFalse(
            ApiReport.isRedundant(source, null, 200, api, PLAIN), "the token is not proved yet");
        report(source, api, PLAIN, sent);
        assertTrue(ApiReport.isRedundant(source, null, 200, api, PLAIN));
        for (String nonce : new String[] {"one", "two"}) {
          String headers = PLAIN + "dpop-nonce: " + nonce + "\n";
          assertTrue(ApiReport.isRedundant(source, null, 200, api, headers) != bound, nonce);
          report(source, api, headers, sent);
          assertTrue(ApiReport.isRedundant(source, null, 200, api, headers), nonce + " again");
          assertTrue(
              ApiReport.isRedundant(source, null, 200, other, headers) != bound, "of another");
        }
        assertTrue(ApiReport.isRedundant(source, null, 200, null, PLAIN));
      }
    }
  }

  private static void report(TokenSource source, URL url, String headers, String sent) {
    ApiReport.send(source, 200, ApiReport.origin(url), headers, sent, null, 0);
    source.status(); // waits until the engine has heard it
  }
}
