package io.tollgate.jmeter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Tollgate;
import io.tollgate.jmeter.Authorization;
import io.tollgate.profile.TokenSource;
import io.tollgate.profile.TokenSources;
import io.tollgate.testing.Api;
import io.tollgate.testing.Plan;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.control.HeaderManager;
import org.apache.jmeter.protocol.http.sampler.HTTPSamplerProxy;
import org.apache.jmeter.samplers.SampleResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One element and many samples: what one sample's sampler was given is not the next one's. */
class SampleHeaderManagerTest {
  private final Authorization element = new Authorization();
  private TokenServer server;
  private TokenSource source;
  private String name;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    name = Plugin.newName();
    Tollgate.define(name, server.settings());
    source = TokenSources.named(name);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** A sampler at the beginning of a sample: as JMeter has put the plan's headers into it. */
  private static HTTPSamplerProxy sampler(HeaderManager ofThePlan) {
    HTTPSamplerProxy sampler = new HTTPSamplerProxy();
    if (ofThePlan != null) {
      sampler.setHeaderManager(ofThePlan);
    }
    return sampler;
  }

  private HeaderManager authorized(HTTPSamplerProxy sampler) {
    element.of(source, sampler);
    return sampler.getHeaderManager();
  }

  private static List<String> names(HeaderManager headers) {
    return IntStream.range(0, headers.size())
        .mapToObj(i -> headers.get(i).getName())
        .collect(Collectors.toList());
  }

  @Test
  void oneManagerServesOneSampleAfterTheOther() {
    HeaderManager first = authorized(sampler(null));
    HeaderManager second = authorized(sampler(null));
    assertSame(first, second);
    assertEquals(Arrays.asList("Authorization"), names(second));
    assertEquals("Bearer " + server.token(1), second.get(0).getValue());
  }

  @Test
  void theHeadersAreThePlansOwnAndItsManagerIsNotChanged() {
    Header typed = new Header("Content-Type", "text/plain");
    HeaderManager ofThePlan = Api.headers(new Header("AUTHORIZATION", "Basic x"), typed);
    for (int i = 0; i < 3; i++) {
      HeaderManager given = authorized(sampler(ofThePlan));
      assertNotSame(ofThePlan, given);
      assertEquals(Arrays.asList("Content-Type", "Authorization"), names(given));
      assertSame(typed, given.get(0), "what is live in it has its value of the iteration");
    }
    assertEquals(Arrays.asList("AUTHORIZATION", "Content-Type"), names(ofThePlan));
  }

  @Test
  void whatAScriptDidToItIsOverWithTheSample() {
    HeaderManager ofThePlan = Api.headers(new Header("A", "b"));
    HeaderManager given = authorized(sampler(ofThePlan));
    given.add(new Header("X-Once", "x"));
    given.removeHeaderNamed("A");
    given.removeHeaderNamed("Authorization");
    assertEquals(Arrays.asList("A", "Authorization"), names(authorized(sampler(ofThePlan))));
    assertEquals(Arrays.asList("Authorization"), names(authorized(sampler(null))));
  }

  @Test
  void whatStandsInTheSamplerAlreadyIsReplacedAndNotTakenFromUnderIt() {
    HTTPSamplerProxy sampler = sampler(Api.headers(new Header("A", "b")));
    HeaderManager first = authorized(sampler);
    HeaderManager again = authorized(sampler);
    assertNotSame(first, again);
    assertEquals(Arrays.asList("A", "Authorization"), names(again));
    assertEquals(names(again), names(first));
    new Authorization().of(source, sampler); // another element whose scope it is in, too
    assertEquals(Arrays.asList("A", "Authorization"), names(sampler.getHeaderManager()));
  }

  @Test
  void samplersThatRunSideBySideHaveOneEach() throws InterruptedException {
    HeaderManager here = authorized(sampler(null));
    // Not a task of a pool: a thread that waits for one may run it itself.
    AtomicReference<HeaderManager> other = new AtomicReference<>();
    Thread beside = new Thread(() -> other.set(authorized(sampler(null))));
    beside.start();
    beside.join();
    HeaderManager there = other.get();
    assertNotSame(here, there);
    assertEquals(1, here.size());
    assertEquals(1, there.size());
  }

  @Test
  void theProfileOfTheSampleIsTheOneThatIsNamed() {
    authorized(sampler(null));
    String other = Plugin.newName();
    Tollgate.define(other, server.settings());
    source = TokenSources.named(other).forUser("ann", "pw");
    assertTrue(authorized(sampler(null)).get(0).toString().contains(other));
    source = TokenSources.named(name);
    Header back = authorized(sampler(null)).get(0);
    assertTrue(back.toString().contains(name), back.toString());
    assertFalse(back.getPropertyAsString("tollgate.user").contains("ann"));
  }

  @Test
  void inARunEachRequestHasWhatItsOwnSampleWasGiven() {
    HeaderManager ofThePlan = Api.headers(new Header("X-Tenant", "of the plan"));
    AtomicInteger samples = new AtomicInteger();
    try (Api api = new Api()) {
      List<SampleResult> results =
          Plan.of(api.sampler("/v2"))
              .with(ofThePlan)
              .before(sampler -> element.of(source, sampler))
              .before(
                  sampler -> {
                    if (samples.incrementAndGet() == 1) {
                      HeaderManager given = ((HTTPSamplerProxy) sampler).getHeaderManager();
                      given.removeHeaderNamed("X-Tenant");
                      given.add(new Header("X-Tenant", "once"));
                    }
                  })
              .loops(3)
              .run();
      assertEquals(3, results.stream().filter(SampleResult::isSuccessful).count());
      String carried = "/v2 Bearer " + server.token(1);
      assertEquals(
          Arrays.asList(carried + " once", carried + " of the plan", carried + " of the plan"),
          api.requests());
    }
    assertEquals("of the plan", ofThePlan.get(0).getValue());
  }
}
