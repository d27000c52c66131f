package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.Plugin;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.swing.JButton;
import javax.swing.JEditorPane;
import javax.swing.SwingUtilities;
import org.apache.jmeter.testelement.TestElement;
import org.apache.jmeter.testelement.TestPlan;
import org.apache.jmeter.util.JMeterUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The guide is in the jar, drawn and not raw, with a place for each element. */
class HelpPageTest {
  private static final Pattern LINK = Pattern.compile("<a href=\"([^\"#]*)(?:#([^\"]*))?\">");

  @AfterEach
  void english() {
    JMeterUtils.setLocale(Locale.ENGLISH);
  }

  @BeforeEach
  void start() {
    Plugin.ready();
    JMeterUtils.setJMeterHome(System.getProperty("tollgate.test.jmeter"));
    JMeterUtils.setLocale(Locale.ENGLISH);
  }

  @Test
  void everyLinkOfEveryPageLeadsToAPlaceThatIsThereInEachLanguage() {
    for (Locale language : new Locale[] {Locale.ENGLISH, Locale.GERMAN}) {
      JMeterUtils.setLocale(language);
      everyLinkLeadsToAPlace();
    }
  }

  private static void everyLinkLeadsToAPlace() {
    Set<String> seen = new TreeSet<>();
    Deque<String> open = new ArrayDeque<>(Arrays.asList(HelpPage.ELEMENTS, HelpPage.ADOPTION));
    while (!open.isEmpty()) {
      String page = open.pop();
      if (!seen.add(page)) {
        continue;
      }
      String html = HelpPage.read(page);
      assertTrue(html.startsWith("<html>"), page);
      assertFalse(html.contains("|---") || html.contains("<img"), page + " is raw");
      for (Matcher link = LINK.matcher(html); link.find(); ) {
        if (link.group(1).startsWith("http")) {
          continue;
        }
        open.add(link.group(1));
        if (link.group(2) != null) {
          assertTrue(
              HelpPage.read(link.group(1)).contains("<a name=\"" + link.group(2) + "\">"),
              page + " links to " + link.group());
        }
      }
    }
    assertTrue(seen.contains("settings.md") && seen.size() > 10, seen.toString());
  }

  /** One of each that has a panel. */
  static TestElement[] elements() {
    return new TestElement[] {
      new CredentialConfig(),
      new AuthorizationPreProcessor(),
      new BackoffTimer(),
      new FeedbackPostProcessor(),
      new TollgateMonitor()
    };
  }

  @Test
  void eachElementHasItsPlace() {
    for (TestElement element : elements()) {
      String[] place = JMeterHelp.place(element).split("#");
      String page = HelpPage.read(place[0]);
      assertTrue(page.startsWith("<html>"), place[0]);
      assertTrue(place.length == 1 || page.contains("<a name=\"" + place[1] + "\">"), page);
    }
    assertNull(JMeterHelp.place(new TestPlan()), "JMeter has its own help for its own");
  }

  @Test
  void thePageIsDrawnAndItsLinksCanBeFollowedAndTakenBack() throws Exception {
    HelpPage help = new HelpPage();
    JEditorPane page = CredentialConfigGuiTest.find(help, JEditorPane.class, "help page");
    JButton back = CredentialConfigGuiTest.find(help, JButton.class, "back");
    SwingUtilities.invokeAndWait(() -> help.open(HelpPage.ELEMENTS));
    assertEquals("text/html", page.getContentType());
    String text = page.getDocument().getText(0, page.getDocument().getLength());
    assertTrue(text.contains("Tollgate Credential"), text);
    assertFalse(text.contains("**") || text.contains("<p>"), "raw");
    assertFalse(back.isEnabled());
    SwingUtilities.invokeAndWait(() -> help.open("settings.md"));
    assertTrue(back.isEnabled());
    SwingUtilities.invokeAndWait(() -> back.doClick(0));
    assertEquals(HelpPage.ELEMENTS, help.place());
    assertFalse(back.isEnabled());
  }
}
