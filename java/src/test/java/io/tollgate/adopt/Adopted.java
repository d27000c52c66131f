package io.tollgate.adopt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.adopt.xml.NotAPlan;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** A plan and what became of it, read by a parser that is not the one under test. */
final class Adopted {
  /** The elements that a thread group with API requests gets. */
  static final String TOLLGATE = "Tollgate Authorization, Tollgate Feedback";

  private final String before;
  private final Adoption adoption;
  private final Document document;

  private Adopted(String before, Adoption adoption, Document document) {
    this.before = before;
    this.adoption = adoption;
    this.document = document;
  }

  static Adopted of(String plan) {
    try {
      Adoption adoption = Adoption.of(plan.getBytes(StandardCharsets.UTF_8));
      Document document =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new ByteArrayInputStream(adoption.plan()));
      Adopted adopted = new Adopted(plan, adoption, document);
      adopted.assertTheRestIsUntouched();
      return adopted;
    } catch (NotAPlan e) {
      throw new AssertionError(e);
    } catch (Exception e) {
      throw new AssertionError("the new plan can't be read", e);
    }
  }

  String text() {
    return new String(adoption.plan(), StandardCharsets.UTF_8);
  }

  String report() {
    return String.join("\n", adoption.report().lines());
  }

  boolean isChanged() {
    return adoption.isChanged();
  }

  /** Nothing was done, and nothing is different. */
  Adopted assertUnchanged() {
    assertFalse(isChanged(), this::report);
    assertEquals(before, text());
    return this;
  }

  Adopted assertComplete() {
    assertTrue(isChanged(), this::report);
    assertFalse(adoption.report().leavesSomething(), this::report);
    return this;
  }

  Adopted assertLeaves(String... sentences) {
    assertTrue(adoption.report().leavesSomething(), this::report);
    return assertSays(sentences);
  }

  Adopted assertSays(String... sentences) {
    for (String sentence : sentences) {
      assertTrue(report().contains(sentence), () -> "'" + sentence + "' is not in:\n" + report());
    }
    return this;
  }

  Adopted assertSaysNot(String... sentences) {
    for (String sentence : sentences) {
      assertFalse(report().contains(sentence), () -> "'" + sentence + "' is in:\n" + report());
    }
    return this;
  }

  Adopted assertHas(String... texts) {
    for (String text : texts) {
      assertTrue(text().contains(text), () -> "'" + text + "' is not in:\n" + text());
    }
    return this;
  }

  Adopted assertHasNot(String... texts) {
    for (String text : texts) {
      assertFalse(text().contains(text), () -> "'" + text + "' is still in:\n" + text());
    }
    return this;
  }

  /** The elements of the new plan, as names with those below in brackets. */
  String tree() {
    Element trees =
        (Element) document.getDocumentElement().getElementsByTagName("hashTree").item(0);
    return tree(trees);
  }

  private static String tree(Element hashTree) {
    List<String> names = new ArrayList<>();
    for (Element child : elements(hashTree)) {
      if (!child.getTagName().equals("hashTree")) {
        names.add(child.getAttribute("testname"));
      } else if (child.hasChildNodes() && !elements(child).isEmpty()) {
        names.add(names.remove(names.size() - 1) + "[" + tree(child) + "]");
      }
    }
    return String.join(", ", names);
  }

  private static List<Element> elements(Element parent) {
    List<Element> found = new ArrayList<>();
    NodeList nodes = parent.getChildNodes();
    for (int i = 0; i < nodes.getLength(); i++) {
      if (nodes.item(i).getNodeType() == Node.ELEMENT_NODE) {
        found.add((Element) nodes.item(i));
      }
    }
    return found;
  }

  /** The settings of a Tollgate Credential of the new plan. */
  Map<String, String> credential(String profile) {
    NodeList all = document.getElementsByTagName("io.tollgate.jmeter.elements.CredentialConfig");
    for (int i = 0; i < all.getLength(); i++) {
      Map<String, String> settings = new TreeMap<>();
      elements((Element) all.item(i))
          .forEach(each -> settings.put(each.getAttribute("name"), each.getTextContent()));
      if (profile.equals(settings.remove("CredentialConfig.profile"))) {
        Map<String, String> named = new TreeMap<>();
        settings.forEach((key, value) -> named.put(key.replace("setting.", ""), value));
        return named;
      }
    }
    throw new AssertionError("no profile '" + profile + "' in:\n" + text());
  }

  /** Without Tollgate's elements and changed fields, what is left are lines of the old plan. */
  private void assertTheRestIsUntouched() {
    String ours = "(?s) *<io\\.tollgate\\.(\\S+) .*?</io\\.tollgate\\.\\1>\n *<hashTree/>\n";
    String rest =
        text()
            .replaceAll(ours, "")
            .replaceAll("<hashTree>\n *</hashTree>", "<hashTree/>")
            .replaceAll("[^\n]*\\$\\{__tollgate\\([^\n]*\n", "");
    List<String> old = Arrays.asList(before.split("\n"));
    int at = 0;
    for (String line : rest.split("\n")) {
      while (at < old.size()
          && !old.get(at).replace("<hashTree>", "<hashTree/>").equals(line)
          && !old.get(at).equals(line)) {
        at++;
      }
      assertTrue(at++ < old.size(), () -> "'" + line + "' is new or out of place in:\n" + text());
    }
  }

  static Map<String, String> settings(String... namesAndValues) {
    Map<String, String> settings = new TreeMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      settings.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return Collections.unmodifiableMap(settings);
  }
}
