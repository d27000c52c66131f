package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Tollgate;
import io.tollgate.profile.TokenSources;
import io.tollgate.testing.Api;
import io.tollgate.testing.Plan;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.jmeter.config.Arguments;
import org.apache.jmeter.engine.util.CompoundVariable;
import org.apache.jmeter.engine.util.NoThreadClone;
import org.apache.jmeter.samplers.AbstractSampler;
import org.apache.jmeter.samplers.Entry;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.testelement.AbstractTestElement;
import org.apache.jmeter.testelement.TestStateListener;
import org.apache.jmeter.testelement.property.FunctionProperty;
import org.apache.jmeter.testelement.property.PropertyIterator;
import org.apache.jmeter.testelement.property.StringProperty;
import org.apache.jmeter.threads.JMeterContextService;
import org.apache.jmeter.util.JMeterUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an element of the plan says of a profile, run by JMeter's own engine. */
class CredentialConfigTest {
  private TokenServer server;
  private Api api;
  private String name;
  private Map<String, String> settings;

  @BeforeEach
  void start() {
    Plugin.ready();
    server = new TokenServer();
    api = new Api();
    name = Plugin.newName();
    settings = new TreeMap<>();
    server.settings().forEach((key, value) -> settings.put(key, value.toString()));
  }

  @AfterEach
  void stop() {
    server.close();
    api.close();
  }

  private CredentialConfig element(String title) {
    CredentialConfig element = new CredentialConfig();
    element.setName(title);
    element.setProfile(name);
    element.setSettings(settings);
    return element;
  }

  private List<SampleResult> run(CredentialConfig... elements) {
    Plan plan = Plan.of(api.sampler("/x")).threads(3);
    for (CredentialConfig element : elements) {
      plan.with(element);
    }
    return plan.before(sampler -> Tollgate.credential(name).authorize(sampler)).run();
  }

  private static void allSucceed(List<SampleResult> results) {
    assertEquals(3, results.size());
    for (SampleResult result : results) {
      assertTrue(result.isSuccessful(), result.getResponseMessage());
    }
  }

  private static void allSay(List<SampleResult> results, String... words) {
    assertEquals(3, results.size());
    for (SampleResult result : results) {
      assertFalse(result.isSuccessful());
      for (String word : words) {
        assertTrue(
            result.getResponseMessage().contains(word),
            word + " in " + result.getResponseMessage());
      }
    }
  }

  @Test
  void itDefinesAProfileForAllThreadsOfTheRun() {
    allSucceed(run(element("one")));
    assertEquals(1, server.requests());
    assertTrue(api.requests().get(0).contains(server.token(1)));
  }

  @Test
  void aPropertyBeatsItAndStatusTellsTheSourceOfEach() {
    try (TokenServer other = new TokenServer()) {
      JMeterUtils.setProperty(
          "tollgate.profile." + name + ".token_url", (String) other.settings().get("token_url"));
      Queue<String> status = new ConcurrentLinkedQueue<>();
      Plan.of(api.sampler("/x"))
          .with(element("one"))
          .before(sampler -> Tollgate.credential(name).authorize(sampler))
          .after(result -> status.add(Tollgate.credential(name).status()))
          .run();
      assertEquals(1, other.requests());
      assertEquals(0, server.requests());
      assertTrue(status.peek().contains("\"token_url\":\"property\""), status.peek());
      assertTrue(status.peek().contains("\"client_id\":\"element\""), status.peek());
    }
  }

  @Test
  void itBeatsADefinitionInCode() {
    Tollgate.define(name, Collections.singletonMap("token_url", "http://127.0.0.1:9/none"));
    allSucceed(run(element("one")));
  }

  @Test
  void aChangedPlanTakesEffectInTheNextRun() {
    allSucceed(run(element("one")));
    settings.put("client_id", "another");
    allSucceed(run(element("one")));
    assertEquals(2, server.requests());
  }

  @Test
  void whatItSaidHoldsForItsRunOnly() {
    allSucceed(run(element("one")));
    allSay(run(), "CONFIG", name);
  }

  @Test
  void twoThatAreEqualAreOne() {
    allSucceed(run(element("one"), element("two")));
    assertEquals(1, server.requests());
  }

  @Test
  void twoThatDifferFailEachSampleAndNothingIsSent() {
    CredentialConfig one = element("one");
    settings.put("client_id", "another-id");
    settings.put("client_secret", "another-secret");
    List<SampleResult> results = run(one, element("two"));
    allSay(results, "PROFILE_CONFLICT", name, "'one'", "'two'", "client_id, client_secret");
    assertFalse(results.get(0).getResponseMessage().contains("another-"), "values are told");
    assertEquals(0, server.requests());
    assertEquals(0, api.requests().size());
    allSucceed(run(one));
  }

  /** As a function in a variable of the plan does. */
  @Test
  void aProfileReadBeforeItsElementStartsIsReadAgain() {
    JMeterContextService.startTest();
    try (TokenServer other = new TokenServer()) {
      assertEquals(other.token(1), Tollgate.define(name, other.settings()).token());
      element("one").testStarted();
      assertEquals(server.token(1), Tollgate.credential(name).token());
    } finally {
      JMeterContextService.endTest();
    }
  }

  @Test
  void functionsInItsFieldsAreEvaluatedAtTheStart() {
    JMeterUtils.setProperty("tollgate.test.scope", "orders:read");
    settings.put("scope", "${__P(tollgate.test.scope)}");
    allSucceed(run(element("one")));
    assertTrue(server.forms().get(0).contains("orders%3Aread"), server.forms().get(0));
  }

  /** A JDBC Connection Configuration reads its password so, on the engine's own thread. */
  @Test
  void anElementBeforeItThatIsToldOfTheStartHasItsToken() throws Exception {
    AtStart early = new AtStart("${__tollgate(" + name + ",token)}");
    Plan.of(api.sampler("/x")).with(early).with(element("one")).run();
    assertEquals(server.token(1), early.value);
  }

  @Test
  void anElementThatCannotHaveATokenAtTheStartDoesNotKeepTheTestFromRunning() throws Exception {
    AtStart early = new AtStart("${__tollgate(" + name + ",token)}");
    server.answerWith(401);
    assertEquals(1, Plan.of(api.sampler("/x")).with(early).with(element("one")).run().size());
    assertEquals("tollgate-has-no-token-see-jmeter-log", early.value);
  }

  @Test
  void aUserDefinedVariableWhichKeepsItsValueIsRefusedInWords() {
    Arguments variables = new Arguments();
    variables.addArgument("frozen", "${__tollgate(" + name + ",token)}");
    Queue<String> found = new ConcurrentLinkedQueue<>();
    Plan.of(api.sampler("/x"))
        .with(variables)
        .with(element("one"))
        .before(
            sampler -> found.add(JMeterContextService.getContext().getVariables().get("frozen")))
        .run();
    assertEquals("tollgate-evaluated-before-the-test-see-jmeter-log", found.peek());
    assertEquals(0, server.requests());
  }

  /** An element that keeps what it reads when the test starts. */
  private static final class AtStart extends AbstractTestElement
      implements TestStateListener, NoThreadClone {
    private static final long serialVersionUID = 1L;
    private transient volatile String value;

    AtStart(String text) throws Exception {
      setProperty(new FunctionProperty("field", new CompoundVariable(text)));
    }

    @Override
    public void testStarted() {
      String name = Thread.currentThread().getName();
      Thread.currentThread().setName("StandardJMeterEngine");
      try {
        value = getPropertyAsString("field");
      } finally {
        Thread.currentThread().setName(name);
      }
    }

    @Override
    public void testStarted(String host) {
      testStarted();
    }

    @Override
    public void testEnded() {
      // Nothing to do.
    }

    @Override
    public void testEnded(String host) {
      // Nothing to do.
    }
  }

  /** So that elements with a blank Profile mean it. */
  @Test
  void itCountsAmongTheProfilesOfItsRun() {
    Queue<Boolean> found = new ConcurrentLinkedQueue<>();
    Plan.of(api.sampler("/x"))
        .with(element("one"))
        .before(sampler -> found.add(TokenSources.definedNames().contains(name)))
        .run();
    assertTrue(found.peek());
    assertFalse(TokenSources.definedNames().contains(name));
  }

  @Test
  void samplersGetNoneOfIt() {
    Queue<String> found = new ConcurrentLinkedQueue<>();
    TakesAnything sampler = new TakesAnything();
    sampler.setName("takes anything");
    Plan.of(sampler)
        .with(element("one"))
        .before(
            running -> {
              PropertyIterator properties = running.propertyIterator();
              while (properties.hasNext()) {
                found.add(properties.next().getName());
              }
            })
        .run();
    assertFalse(found.isEmpty());
    found.removeIf(property -> !property.startsWith("setting.") && !property.contains("profile"));
    assertTrue(found.isEmpty(), found.toString());
  }

  /** HTTP samplers are choosy about whose settings they take; most others are not. */
  public static final class TakesAnything extends AbstractSampler {
    private static final long serialVersionUID = 1L;

    @Override
    public SampleResult sample(Entry entry) {
      return null;
    }
  }

  @Test
  void theStartOfATestNeverThrows() {
    CredentialConfig empty = new CredentialConfig();
    empty.testStarted();
    empty.testStarted("host");
    empty.setProfile("no spaces, please");
    empty.setSettings(Collections.singletonMap("nonsense", "x"));
    empty.testStarted();
    AtomicBoolean broken = new AtomicBoolean();
    empty.setProperty(
        new StringProperty("CredentialConfig.profile", "x") {
          private static final long serialVersionUID = 1L;

          @Override
          public String getStringValue() {
            if (broken.get()) {
              throw new IllegalStateException("a function that fails");
            }
            return super.getStringValue();
          }
        });
    broken.set(true);
    empty.testStarted();
    empty.testEnded();
    empty.testEnded("host");
  }

  @Test
  void blankSettingsAreNotKeptAndOldOnesGo() {
    CredentialConfig element = element("one");
    Map<String, String> fewer = new TreeMap<>();
    fewer.put("client_id", "x");
    fewer.put("scope", "  ");
    fewer.put(" ", "nobody");
    element.setSettings(fewer);
    assertEquals(Collections.singletonMap("client_id", "x"), element.getSettings());
  }
}
