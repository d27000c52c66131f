package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import eu.luminis.jmeter.wssampler.OpenWebSocketSampler;
import eu.luminis.jmeter.wssampler.PingPongSampler;
import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.testing.Api;
import io.tollgate.testing.Plan;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.RefusedUpgrades;
import io.tollgate.testing.TokenServer;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.testelement.TestElement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The token of a WebSocket's upgrade request, wherever the profile puts it: sent, masked, and its
 * 401 attributed, so that the next upgrade has the next token.
 */
class UpgradePlacementTest {
  private static final String[] WATCHED = {"authorization", "cookie", "x-api-key", "x-auth-token"};

  private TokenServer server;
  private RefusedUpgrades api;
  private Map<String, Object> settings;
  private String name;

  @BeforeEach
  void start() throws IOException {
    Plugin.ready();
    server = new TokenServer();
    settings = server.settings();
    settings.put("api_header.X-Api-Key", "k3y");
    name = Plugin.newName();
    api = new RefusedUpgrades();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    api.close();
  }

  /** Two upgrades with the plan's elements, and tokens masked. */
  private List<SampleResult> run(String path, TestElement... ofThePlan) {
    Tollgate.define(name, settings);
    Plan plan =
        Plan.of(api.sampler(path))
            .with(Elements.authorization(name))
            .with(Elements.feedback("maskTokens"))
            .loops(2);
    Arrays.stream(ofThePlan).forEach(plan::with);
    List<SampleResult> results = plan.run();
    assertEquals(2, results.size());
    for (SampleResult result : results) {
      assertEquals("401", result.getResponseCode(), result.getResponseMessage());
      String kept = result.getRequestHeaders() + result.getSamplerData() + result.getSampleLabel();
      for (int token = 1; token <= 2; token++) {
        assertFalse(kept.contains(server.token(token)), kept);
      }
      assertFalse(kept.contains("k3y"), kept);
    }
    return results;
  }

  private void assertSent(String template) {
    assertEquals(
        Arrays.asList(
            template.replace("TOKEN", server.token(1)), template.replace("TOKEN", server.token(2))),
        sent());
  }

  private List<String> sent() {
    return api.requests(WATCHED);
  }

  @Test
  void aHeaderOfItsOwnBesideThePlansAuthorization() {
    settings.put("token_name", "X-Auth-Token");
    run("/ws", Api.headers(new Header("Authorization", "Basic x")));
    assertSent("/ws | authorization: Basic x | x-api-key: k3y | x-auth-token: TOKEN");
  }

  @Test
  void aCookieWithoutAnyOther() {
    settings.put("token_place", "cookie");
    settings.put("token_name", "session");
    run("/ws");
    assertSent("/ws | cookie: session=TOKEN | x-api-key: k3y");
  }

  @Test
  void aCookieBesideThePlansOwnHeader() {
    settings.put("token_place", "cookie");
    settings.put("token_name", "session");
    run("/ws", Api.headers(new Header("Cookie", "a=b")));
    assertSent("/ws | cookie: a=b; session=TOKEN | x-api-key: k3y");
  }

  @Test
  void aCookieAmongThoseOfThePlansManager() {
    settings.put("token_place", "cookie");
    settings.put("token_name", "session");
    run("/ws", Api.cookies());
    assertSent("/ws | cookie: a=b; session=TOKEN | x-api-key: k3y");
  }

  @Test
  void aQueryParameterBesideThoseOfThePlan() {
    settings.put("token_place", "query");
    run("/ws?a=b");
    assertSent("/ws?a=b&access_token=TOKEN | x-api-key: k3y");
  }

  @Test
  void aQueryParameterInPlaceOfThePlansOwn() {
    settings.put("token_place", "query");
    run("/ws?access_token=old&a=b");
    assertSent("/ws?a=b&access_token=TOKEN | x-api-key: k3y");
  }

  @Test
  void scriptsPutItIntoTheQueryToo() {
    settings.put("token_place", "query");
    Credential credential = Tollgate.define(name, settings);
    OpenWebSocketSampler byHand = api.sampler("/ws");
    for (int i = 0; i < 2; i++) {
      credential.authorize(byHand);
      credential.report(byHand.sample(null));
    }
    assertSent("/ws?access_token=TOKEN | x-api-key: k3y");
    Plan.of(api.sampler("/ws")).before(credential::authorize).after(credential::report).run();
    assertEquals(3, sent().size());
    assertTrue(sent().get(2).startsWith("/ws?access_token=token-"), sent().get(2));
  }

  @Test
  void theTokenIsReadWhenTheSampleBegins() {
    settings.put("token_place", "query");
    Credential credential = Tollgate.define(name, settings);
    Plan.of(api.sampler("/ws"))
        .with(Elements.authorization(name))
        .before(sampler -> credential.report(401, null, credential.token()))
        .run();
    assertEquals(
        Collections.singletonList("/ws?access_token=" + server.token(2) + " | x-api-key: k3y"),
        sent());
  }

  @Test
  void aSamplerOnAnOpenConnectionHasNoUrl() {
    settings.put("token_place", "query");
    Tollgate.define(name, settings);
    PingPongSampler ping = new PingPongSampler();
    ping.setName("ping");
    List<SampleResult> results = Plan.of(ping).with(Elements.authorization(name)).run();
    String message = results.get(0).getResponseMessage();
    assertTrue(message.contains("there is no connection"), message);
    assertEquals("", ping.getPropertyAsString("path"));
  }

  @Test
  void aQueryHasTheTokenForAllowedHostsOnly() {
    settings.put("token_place", "query");
    settings.put("allowed_hosts", "api.example.com");
    Tollgate.define(name, settings);
    Plan.of(api.sampler("/ws")).with(Elements.authorization(name)).run();
    assertEquals(Collections.singletonList("/ws"), sent());
  }

  @Test
  void withoutATokenForTheQueryNothingIsSent() {
    server.answerWith(401);
    settings.put("token_place", "query");
    Tollgate.define(name, settings);
    List<SampleResult> results =
        Plan.of(api.sampler("/ws")).with(Elements.authorization(name)).loops(2).run();
    assertEquals(2, results.size());
    for (SampleResult result : results) {
      assertTrue(
          result.getResponseMessage().contains("CREDENTIAL_REJECTED"), result.getResponseMessage());
    }
    assertEquals(Collections.emptyList(), sent());
  }
}
