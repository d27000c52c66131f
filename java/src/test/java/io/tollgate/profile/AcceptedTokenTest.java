package io.tollgate.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Tollgate;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A success tells nothing while the token is known to be good, and each 401 makes the next news.
 */
class AcceptedTokenTest {
  @Test
  void a401MakesTheNextSuccessNewsForAllWhoHoldTheToken() throws Exception {
    Plugin.ready();
    try (TokenServer server = new TokenServer()) {
      String name = Plugin.newName();
      Tollgate.define(name, server.settings());
      TokenSource source = TokenSources.named(name);
      String alias = Plugin.newName();
      Tollgate.define(alias, server.settings());
      TokenSource other = TokenSources.named(alias);
      String first = source.acquire().authorization();
      assertEquals(first, other.acquire().authorization(), "one credential, two names");

      TokenId previous = source.acquire().stamp();
      send(source, 401, first, 0);
      Lease second = source.acquire();
      assertEquals(second.authorization(), other.acquire().authorization());
      send(source, 200, first, 0);
      assertFalse(saysNothing(source) || saysNothing(other), "a success of the token before it");
      send(source, 200, second.authorization(), 0);
      assertTrue(saysNothing(source) && saysNothing(other), "told once, known to both");
      assertFalse(
          ApiReport.isRedundant(source, previous, 200, null, null), "of the token before it");

      long refused = System.nanoTime();
      send(other, 401, second.authorization(), 0);
      assertEquals(second.generation(), source.acquire().generation(), "one 401 of a few");
      assertFalse(saysNothing(source) || saysNothing(other), "refused since");
      long sinceTheRefusal = System.nanoTime() - refused;
      send(source, 200, second.authorization(), sinceTheRefusal + TimeUnit.SECONDS.toNanos(1));
      assertFalse(saysNothing(source), "sent before the 401 came");
      send(source, 200, second.authorization(), 0);
      assertTrue(saysNothing(source) && saysNothing(other), "sent after it");
    }
  }

  private static void send(TokenSource source, int status, String sent, long agoNanos) {
    ApiReport.send(source, status, null, null, sent, null, agoNanos);
    source.status(); // waits until the engine has heard it
  }

  private static boolean saysNothing(TokenSource source) {
    return ApiReport.isRedundant(source, null, 200, null, null);
  }
}
