package io.tollgate.adopt;

import io.tollgate.adopt.xml.XmlEdits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tollgate's elements as a plan file has them, a line each. */
final class TollgateElements {
  private static final String PACKAGE = "io.tollgate.jmeter.elements.";
  static final String CREDENTIAL = "CredentialConfig";
  static final String AUTHORIZATION = "AuthorizationPreProcessor";
  static final String FEEDBACK = "FeedbackPostProcessor";

  private final XmlEdits xml;

  /** Escapes as the file needs it. */
  TollgateElements(XmlEdits xml) {
    this.xml = xml;
  }

  List<String> credential(String profile, String name, Map<String, String> settings) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("CredentialConfig.profile", profile);
    settings.forEach((key, value) -> properties.put("setting." + key, value));
    return element(CREDENTIAL, PACKAGE + "CredentialConfigGui", name, properties);
  }

  List<String> authorization(String profile, String user, String password) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("profile", profile);
    properties.put("user", user);
    properties.put("password", password);
    return element(AUTHORIZATION, "TestBeanGUI", "Tollgate Authorization", properties);
  }

  List<String> feedback(String profile) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("profile", profile);
    return element(FEEDBACK, "TestBeanGUI", "Tollgate Feedback", properties);
  }

  private List<String> element(
      String type, String form, String name, Map<String, String> properties) {
    String tag = PACKAGE + type;
    List<String> lines = new ArrayList<>();
    lines.add(
        "<"
            + String.join(
                " ",
                Arrays.asList(
                    tag,
                    "guiclass=\"" + form + "\"",
                    "testclass=\"" + tag + "\"",
                    "testname=\"" + xml.escaped(name) + "\"",
                    "enabled=\"true\">")));
    properties.forEach(
        (property, value) ->
            lines.add(
                "  <stringProp name=\""
                    + xml.escaped(property)
                    + "\">"
                    + xml.escaped(value)
                    + "</stringProp>"));
    lines.add("</" + tag + ">");
    lines.add("<hashTree/>");
    return lines;
  }
}
