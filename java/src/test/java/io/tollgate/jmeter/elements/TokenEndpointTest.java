package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Tollgate;
import io.tollgate.testing.Api;
import io.tollgate.testing.LogLines;
import io.tollgate.testing.Plan;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.net.MalformedURLException;
import java.net.URL;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerBase;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.apache.jmeter.samplers.SampleResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Under an Authorization over the whole plan a request for a token goes out as it is. */
class TokenEndpointTest {
  private TokenServer server;
  private String name;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    name = Plugin.newName();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static HTTPSamplerProxy post(Map<String, Object> of) {
    try {
      URL url = new URL((String) of.get("token_url"));
      HTTPSamplerProxy sampler = new HTTPSamplerProxy("HttpClient4");
      sampler.setName("own token request");
      sampler.setProtocol("http");
      sampler.setDomain(url.getHost());
      sampler.setPort(url.getPort());
      sampler.setPath(url.getPath());
      sampler.setMethod("POST");
      return sampler;
    } catch (MalformedURLException e) {
      throw new AssertionError(e);
    }
  }

  private Plan plan(HTTPSamplerBase sampler) {
    return Plan.of(sampler).with(Elements.authorization(name)).with(Elements.feedback());
  }

  private static List<String> bearers(TokenServer of) {
    return of.authorizations().stream()
        .filter(sent -> sent.startsWith("Bearer"))
        .collect(Collectors.toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"HttpClient4", "Java"})
  void thePlansOwnTokenRequestHasNoTokenAndWaitsForNone(String implementation) {
    Tollgate.define(name, server.settings());
    HTTPSamplerProxy own = post(server.settings());
    own.setImplementation(implementation);
    try (LogLines log = new LogLines()) {
      List<SampleResult> results = plan(own).loops(3).run();
      assertTrue(results.stream().allMatch(SampleResult::isSuccessful), results::toString);
      assertEquals(Collections.nCopies(3, "null"), server.authorizations());
      List<String> told = log.with("go out without the token");
      assertEquals(1, told.size(), told::toString);
      assertTrue(told.get(0).startsWith("INFO") && told.get(0).contains(name), told.get(0));
    }
  }

  @Test
  void itIsKnownHoweverThePathIsWritten() {
    Tollgate.define(name, server.settings());
    String url = (String) server.settings().get("token_url");
    String path = post(server.settings()).getPath();
    for (String written : Arrays.asList(path, path.substring(1), path + "?a=b", url)) {
      HTTPSamplerProxy own = post(server.settings());
      own.setPath(written);
      plan(own).run();
    }
    assertEquals(Collections.nCopies(4, "null"), server.authorizations());
  }

  @Test
  void itHasTheAuthorizationThatThePlanHasForIt() {
    Tollgate.define(name, server.settings());
    try (LogLines log = new LogLines()) {
      plan(post(server.settings()))
          .with(Api.headers(new Header("Authorization", "Basic b3du")))
          .run();
      assertEquals(Arrays.asList("Basic b3du"), server.authorizations());
      assertEquals(Collections.emptyList(), log.with("is replaced by the token"));
    }
  }

  @Test
  void aPreProcessorThatRunsLaterDoesNotBringTheTokenThere() {
    Tollgate.define(name, server.settings());
    try (Api api = new Api()) {
      HTTPSamplerProxy sampler = api.sampler("/x");
      int port = server.port();
      String path = post(server.settings()).getPath();
      plan(sampler)
          .before(
              of -> {
                of.setProperty(HTTPSamplerBase.PORT, port);
                of.setProperty(HTTPSamplerBase.PATH, path);
              })
          .run();
      assertEquals(2, server.requests(), "the profile's own and the plan's");
      assertEquals(Collections.emptyList(), bearers(server));
      assertTrue(api.requests().isEmpty());
    }
  }

  @Test
  void norDoesARedirectOrAProfileThatNothingHasUsedYet() {
    Tollgate.define(name, server.settings());
    try (TokenServer other = new TokenServer();
        Api api =
            new Api(
                exchange -> {
                  if (exchange.getRequestURI().getPath().equals("/leave")) {
                    exchange
                        .getResponseHeaders()
                        .set("Location", (String) other.settings().get("token_url"));
                    return 302;
                  }
                  return 200;
                })) {
      CredentialConfig unused = new CredentialConfig();
      unused.setProfile(Plugin.newName());
      unused.setSettings(
          other.settings().entrySet().stream()
              .collect(Collectors.toMap(Map.Entry::getKey, each -> (String) each.getValue())));
      plan(api.sampler("/leave")).with(unused).run();
      assertEquals(Arrays.asList("null"), other.authorizations(), "the redirect arrived");
      assertTrue(api.requests().get(0).contains("Bearer " + server.token(1)));
    }
  }

  @Test
  void anotherPathOfTheSameServerHasTheToken() {
    Tollgate.define(name, server.settings());
    HTTPSamplerProxy userinfo = post(server.settings());
    userinfo.setPath("/userinfo");
    plan(userinfo).run();
    assertEquals(Arrays.asList("Bearer " + server.token(1)), bearers(server));
  }
}
