package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.jmeter.RunPlan;
import io.tollgate.jmeter.functions.TollgateFunction;
import io.tollgate.testing.Api;
import io.tollgate.testing.LogLines;
import io.tollgate.testing.Plan;
import io.tollgate.testing.Plugin;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.apache.jmeter.samplers.SampleResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Failures say where in the tree the elements stand that do not fit together. */
class RunPlanTest {
  private static final String ELEMENTS = "io.tollgate.jmeter.elements.";

  private Api api;
  private String name;

  @BeforeEach
  void start() {
    Plugin.ready();
    new TollgateFunction().getReferenceKey(); // JMeter makes one before each run
    api = new Api();
    name = Plugin.newName();
  }

  @AfterEach
  void stop() {
    RunPlan.current().starts(null);
    api.close();
  }

  private static String element(String type, String title, String property, String value) {
    return "<"
        + ELEMENTS
        + type
        + " testname='"
        + title
        + "'><stringProp name='"
        + property
        + "'>"
        + value
        + "</stringProp></"
        + ELEMENTS
        + type
        + "><hashTree/>";
  }

  private static String group(String title, String... elements) {
    return "<ThreadGroup testname='"
        + title
        + "'/><hashTree>"
        + String.join("", elements)
        + "</hashTree>";
  }

  private static void starts(String... elements) {
    String plan =
        "<jmeterTestPlan><hashTree><TestPlan testname='Plan'/><hashTree>"
            + String.join("", elements)
            + "</hashTree></hashTree></jmeterTestPlan>";
    RunPlan.current().starts(plan.getBytes(StandardCharsets.UTF_8));
  }

  private CredentialConfig credential(String profile, String id) {
    CredentialConfig element = new CredentialConfig();
    element.setName("Tollgate Credential");
    element.setProfile(profile);
    element.setSettings(Collections.singletonMap("client_id", id));
    return element;
  }

  @Test
  void aProfileThatIsNotDefinedIsToldBeforeTheFirstSampleAndByEach() {
    String defined = name + "s";
    starts(
        group(
            "Group",
            element("CredentialConfig", "Credential", "CredentialConfig.profile", defined),
            element("AuthorizationPreProcessor", "Auth", "profile", name)));
    try (LogLines log = new LogLines()) {
      boolean[] toldBefore = new boolean[1];
      List<SampleResult> results =
          Plan.of(api.sampler("/x"))
              .with(credential(defined, "a"))
              .before(sampler -> toldBefore[0] = !log.with("'Plan > Group > Auth'").isEmpty())
              .with(Elements.authorization(name))
              .run();
      assertTrue(toldBefore[0], () -> log.with(name).toString());
      String message = results.get(0).getResponseMessage();
      for (String part :
          new String[] {
            "CONFIG", "is not defined", "'Plan > Group > Auth' wants it", "did you mean '" + defined
          }) {
        assertTrue(message.contains(part), part + " in " + message);
      }
      assertFalse(message.contains("user.properties"), message);
    }
  }

  @Test
  void aConflictNamesTheTwoPlaces() {
    String one =
        element("CredentialConfig", "Tollgate Credential", "CredentialConfig.profile", name);
    starts(group("One", one), group("Two", one));
    List<SampleResult> results =
        Plan.of(api.sampler("/x"))
            .with(credential(name, "a"))
            .with(credential(name, "b"))
            .with(Elements.authorization(name))
            .run();
    String message = results.get(0).getResponseMessage();
    assertTrue(
        message.contains(
            "'Plan > One > Tollgate Credential' and 'Plan > Two > Tollgate Credential'"),
        message);
    assertEquals(1, results.size());
  }
}
