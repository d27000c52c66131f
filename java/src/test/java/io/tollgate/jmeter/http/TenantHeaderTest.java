package io.tollgate.jmeter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.util.Collections;
import java.util.Map;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.control.HeaderManager;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tenant header goes with every request, and the plan's own headers stay as they are. */
class TenantHeaderTest {
  private TokenServer server;
  private Map<String, Object> settings;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    settings = server.settings();
    settings.put("tenant_header", "X-Tenant: acme");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String tenants(HTTPSamplerProxy sampler) {
    StringBuilder found = new StringBuilder();
    HeaderManager manager = sampler.getHeaderManager();
    for (int i = 0; i < manager.size(); i++) {
      if (manager.get(i).getName().equalsIgnoreCase("X-Tenant")) {
        found.append(manager.get(i).getValue()).append(';');
      }
    }
    return found.toString();
  }

  @Test
  void itIsSetOnceHoweverOftenASamplerIsAuthorized() {
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    Credential credential = Tollgate.define(Plugin.newName(), settings);
    for (int i = 0; i < 3; i++) {
      credential.authorize(sampler);
      assertEquals("acme;", tenants(sampler));
      assertEquals(2, sampler.getHeaderManager().size());
    }
    assertEquals(Collections.singletonList("acme"), server.tenants(), "with the token request too");
  }

  @Test
  void thePlansOwnValueIsReplacedForTheSampleAndNotInThePlan() {
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    HeaderManager ofThePlan = new HeaderManager();
    ofThePlan.add(new Header("x-tenant", "other"));
    sampler.addTestElement(ofThePlan);
    Tollgate.define(Plugin.newName(), settings).authorize(sampler);
    assertEquals("acme;", tenants(sampler));
    assertEquals("other", ofThePlan.get(0).getValue());
    assertEquals(1, ofThePlan.size());
  }

  @Test
  void aRequestThatGoesWithoutATokenHasItAllTheSame() {
    settings.put("on_token_failure", "send_without");
    server.answerWith(401);
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    HeaderManager ofThePlan = new HeaderManager();
    sampler.addTestElement(ofThePlan);
    Credential credential = Tollgate.define(Plugin.newName(), settings);
    credential.authorize(sampler);
    assertEquals("acme;", tenants(sampler));
    assertNull(sampler.getHeaderManager().getFirstHeaderNamed("Authorization"));
    assertEquals(0, ofThePlan.size());
    credential.authorize(sampler);
    assertEquals("acme;", tenants(sampler));
  }

  @Test
  void withoutTheSettingNothingIsAdded() {
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    Tollgate.define(Plugin.newName(), server.settings()).authorize(sampler);
    assertEquals(1, sampler.getHeaderManager().size());
  }
}
