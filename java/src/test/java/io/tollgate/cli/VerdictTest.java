package io.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class VerdictTest {
  @Test
  void refreshesAreAnEstimateOfWhatTheEngineWillDo() {
    assertEquals(0, Verdict.refreshes(60_000, 3_600_000));
    assertEquals(1, Verdict.refreshes(3_600_000, 3_600_000));
    assertEquals(7, Verdict.refreshes(3_600_000, 600_000));
    assertEquals(37, Verdict.refreshes(600_000, 20_000));
  }

  @Test
  void oneFetchIsReportedAndIsOneRequest() throws Exception {
    Plugin.ready();
    try (TokenServer server = new TokenServer()) {
      Credential credential = Tollgate.define(Plugin.newName(), server.settings());
      Fetch fetch = Fetch.of(credential);
      assertTrue(fetch.succeeded());
      Report report = new Report("x", null);
      new Verdict(report, 0).on(fetch);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      report.print(new PrintStream(out, true, "UTF-8"));
      report.printJson(new PrintStream(out, true, "UTF-8"));
      String told = out.toString("UTF-8");
      assertTrue(told.contains("Bearer from ") && told.contains("\"token_requests\":1"), told);
      assertFalse(told.contains(server.token(1)), told);
      assertEquals(1, server.requests());
    }
  }

  @Test
  void onlyTheTimesOfAJwtAreRead() {
    String claims = "{\"iat\":1700000000,\"sub\":\"ann\"}";
    String payload =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.getBytes(StandardCharsets.UTF_8));
    Jwt jwt = Jwt.read("x." + payload + ".y");
    assertTrue(jwt.is());
    assertEquals(1_700_000_000_000L, jwt.millis("iat"));
    assertNull(jwt.millis("sub"));
    for (String other :
        new String[] {"opaque", "x." + payload, "a.b.c", "..", "x.e30.y", "x.W10.y"}) {
      assertFalse(Jwt.read(other).is(), other);
    }
  }
}
