package io.tollgate.adopt.profiles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.adopt.xml.NotAPlan;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which element wants what, and what there is. */
class PlanProfilesTest {
  private static final Set<String> NO_PROPERTIES = Collections.emptySet();
  private static final String ELEMENTS = "io.tollgate.jmeter.elements.";

  private static String element(String type, String name, boolean enabled, String... properties) {
    StringBuilder xml =
        new StringBuilder("<" + type + " testclass='" + type + "' testname='" + name + "'");
    xml.append(" enabled='").append(enabled).append("'>");
    for (int i = 0; i < properties.length; i += 2) {
      xml.append("<stringProp name='").append(properties[i]).append("'>");
      xml.append(properties[i + 1]).append("</stringProp>");
    }
    return xml + "</" + type + "><hashTree/>";
  }

  private static String credential(String name, String profile, boolean enabled, String id) {
    return element(
        ELEMENTS + "CredentialConfig",
        name,
        enabled,
        "CredentialConfig.profile",
        profile,
        "setting.client_id",
        id);
  }

  private static String authorization(String profile) {
    return element(ELEMENTS + "AuthorizationPreProcessor", "Auth", true, "profile", profile);
  }

  private static PlanProfiles plan(String... elements) {
    String variables =
        "<elementProp name='TestPlan.user_defined_variables' elementType='Arguments'>"
            + "<collectionProp name='Arguments.arguments'>"
            + "<elementProp name='who' elementType='Argument'>"
            + "<stringProp name='Argument.name'>who</stringProp>"
            + "<stringProp name='Argument.value'>orders</stringProp>"
            + "</elementProp></collectionProp></elementProp>";
    String xml =
        "<?xml version='1.0' encoding='UTF-8'?><jmeterTestPlan><hashTree>"
            + "<TestPlan testclass='TestPlan' testname='Plan' enabled='true'>"
            + variables
            + "</TestPlan><hashTree>"
            + String.join("", elements)
            + "</hashTree></hashTree></jmeterTestPlan>";
    try {
      return PlanProfiles.of(xml.getBytes(StandardCharsets.UTF_8));
    } catch (NotAPlan e) {
      throw new AssertionError(e);
    }
  }

  private static void told(PlanProfiles plan, String... words) {
    List<String> mismatches = plan.mismatches(NO_PROPERTIES);
    assertEquals(1, mismatches.size(), mismatches::toString);
    for (String word : words) {
      assertTrue(mismatches.get(0).contains(word), word + " in " + mismatches.get(0));
    }
  }

  private static void fine(PlanProfiles plan) {
    assertEquals(Collections.emptyList(), plan.mismatches(NO_PROPERTIES));
  }

  @Test
  void aPlanThatFitsSaysNothing() {
    fine(plan(credential("C", "orders", true, "a"), authorization("orders")));
    fine(plan(credential("C", "orders", true, "a"), authorization("")));
    fine(plan(credential("C", "${who}", true, "a"), authorization("orders")));
    fine(plan(credential("C", "orders", true, "a"), credential("D", "orders", true, "a")));
    fine(plan(element("HeaderManager", "H", true)));
    PlanProfiles ofProperties = plan(authorization("orders"));
    assertEquals(
        Collections.emptyList(),
        ofProperties.mismatches(new TreeSet<>(Collections.singleton("orders"))));
  }

  @Test
  void anotherNameIsToldWithBothPlacesAndWhatMayBeMeant() {
    told(
        plan(credential("C", "order", true, "a"), authorization("orders")),
        "'Plan > Auth' wants profile 'orders'",
        "'order' (Plan > C)",
        "did you mean 'order'?");
    List<String> far =
        plan(credential("C", "genesys", true, "a"), authorization("orders"))
            .mismatches(NO_PROPERTIES);
    assertTrue(far.get(0).endsWith("Defined is 'genesys' (Plan > C)"), far.get(0));
    told(plan(authorization("orders")), "add a Tollgate Credential", "orders");
  }

  @Test
  void aDisabledOneIsCalledDisabled() {
    told(
        plan(credential("C", "orders", false, "a"), authorization("orders")),
        "'Plan > C' would define it, but is disabled");
  }

  @Test
  void aNameThatIsNoneIsToldOfTheElementThatHasIt() {
    told(plan(credential("C", "my orders", true, "a")), "'Plan > C'", "'my orders'", "letters");
    told(plan(credential("C", "", true, "a")), "'Plan > C' has no profile name");
  }

  @Test
  void twoThatDifferAreAConflictOfTwoPlacesOfTheSameName() {
    PlanProfiles plan =
        plan(credential("C", "orders", true, "a"), credential("C", "orders", true, "b"));
    told(plan, "'Plan > C' and 'Plan > C' define profile 'orders'", "(client_id)");
    assertEquals(Arrays.asList("Plan > C", "Plan > C"), plan.definedBy("orders"));
    fine(plan(credential("C", "orders", true, "a"), credential("C", "orders", false, "b")));
  }

  @Test
  void aBlankFieldNeedsOneProfileOrADefault() {
    String[] two = {
      credential("C", "a", true, "a"), credential("D", "b", true, "b"), authorization("")
    };
    told(plan(two), "'Plan > Auth' has no profile", "(a, b)");
    two[0] = credential("C", "default", true, "a");
    fine(plan(two));
    told(plan(authorization("")), "there is none");
    fine(plan(two[0], two[1], element(ELEMENTS + "BackoffTimer", "T", true, "profile", "")));
  }

  @Test
  void scriptsAndFunctionsWantAndDefineToo() {
    told(
        plan(
            credential("C", "orders", true, "a"),
            element("HeaderManager", "H", true, "v", "Bearer ${__tollgate(order,token)}")),
        "'Plan > H' wants profile 'order'");
    String defines = "Tollgate.define('made', [:])";
    fine(plan(element("JSR223PreProcessor", "S", true, "script", defines), authorization("made")));
  }

  @Test
  void whatOnlyARunKnowsIsNotCalledWrong() {
    fine(plan(authorization("${__P(which)}")));
    fine(plan(credential("C", "${__P(which)}", true, "a"), authorization("orders")));
    String computed = "Tollgate.define(name, [:])";
    fine(plan(element("JSR223PreProcessor", "S", true, "script", computed), authorization("x")));
    String file = "elsewhere.groovy";
    fine(plan(element("JSR223PreProcessor", "S", true, "filename", file), authorization("x")));
    fine(plan(element("IncludeController", "I", true), authorization("x")));
  }

  @Test
  void namesAreNearByAFewLetters() {
    List<String> names = Arrays.asList("orders", "genesys", "a");
    assertEquals(Arrays.asList("orders"), NearNames.of("order", names));
    assertEquals(Arrays.asList("orders"), NearNames.of("Orders", names));
    assertEquals(Arrays.asList("genesys"), NearNames.of("gensys", names));
    assertEquals(Collections.emptyList(), NearNames.of("b", names));
    assertEquals(Collections.emptyList(), NearNames.of("invoices", names));
  }
}
