package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.weisj.darklaf.theme.Theme;
import io.tollgate.testing.Plugin;
import java.awt.Color;
import java.awt.KeyboardFocusManager;
import java.util.Map;
import javax.swing.JLabel;
import javax.swing.JTextArea;
import javax.swing.LookAndFeel;
import javax.swing.UIManager;
import org.apache.jmeter.util.JMeterUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A token and no token look different, in words and in colours that can be read. */
class TrialOutcomeTest {
  @BeforeEach
  void start() {
    Plugin.ready();
    JMeterUtils.setJMeterHome(System.getProperty("tollgate.test.jmeter"));
  }

  private static JLabel verdict(TrialOutcome outcome) {
    return CredentialConfigGuiTest.find(outcome, JLabel.class, "verdict");
  }

  @Test
  void theVerdictIsInWordsAndGoesPaleWhenFieldsChange() {
    TrialOutcome outcome = new TrialOutcome();
    assertFalse(verdict(outcome).isVisible());
    outcome.outdate();
    assertFalse(verdict(outcome).isVisible(), "there is nothing to outdate");
    outcome.show(TrialOutcome.State.TOKEN, "life left: 1 h");
    assertEquals("Token received", verdict(outcome).getText());
    Color success = verdict(outcome).getForeground();
    outcome.show(TrialOutcome.State.NO_TOKEN, "it was refused");
    assertEquals("No token", verdict(outcome).getText());
    assertNotEquals(success, verdict(outcome).getForeground());
    JTextArea text = CredentialConfigGuiTest.find(outcome, JTextArea.class, "outcome");
    Color fresh = text.getForeground();
    assertEquals("No token", text.getAccessibleContext().getAccessibleName());
    outcome.outdate();
    assertTrue(verdict(outcome).getText().contains("with other fields than now"));
    assertNotEquals(fresh, text.getForeground());
    assertEquals("it was refused", text.getText(), "it can still be read");
    outcome.show(TrialOutcome.State.NONE, "");
    assertFalse(verdict(outcome).isVisible());
  }

  @Test
  void tabLeavesTheResult() {
    JTextArea text = CredentialConfigGuiTest.find(new TrialOutcome(), JTextArea.class, "outcome");
    for (int way :
        new int[] {
          KeyboardFocusManager.FORWARD_TRAVERSAL_KEYS, KeyboardFocusManager.BACKWARD_TRAVERSAL_KEYS
        }) {
      assertEquals(
          KeyboardFocusManager.getCurrentKeyboardFocusManager().getDefaultFocusTraversalKeys(way),
          text.getFocusTraversalKeys(way));
    }
  }

  @Test
  void everyColourOfItCanBeReadInEachLook() throws Exception {
    LookAndFeel before = UIManager.getLookAndFeel();
    try {
      for (Map.Entry<String, Theme> look : Forms.looks().entrySet()) {
        Forms.ready(look.getValue());
        TrialOutcome outcome = new TrialOutcome();
        JTextArea text = CredentialConfigGuiTest.find(outcome, JTextArea.class, "outcome");
        for (TrialOutcome.State state :
            new TrialOutcome.State[] {TrialOutcome.State.TOKEN, TrialOutcome.State.NO_TOKEN}) {
          outcome.show(state, "words");
          for (boolean isOutdated : new boolean[] {false, true}) {
            if (isOutdated) {
              outcome.outdate();
            }
            String where = look.getKey() + ", " + state + ", " + isOutdated;
            double sign = Contrast.ratio(verdict(outcome).getForeground(), outcome.getBackground());
            assertTrue(sign >= Contrast.LEAST, where + ": " + sign);
            double words = Contrast.ratio(text.getForeground(), text.getBackground());
            assertTrue(words >= Contrast.LEAST, where + ": " + words);
          }
        }
        FieldHint hint = new FieldHint();
        hint.name("scope");
        hint.show("wrong");
        JLabel wrong = CredentialConfigGuiTest.find(hint, JLabel.class, "problem of scope");
        assertTrue(
            Contrast.ratio(wrong.getForeground(), hint.getBackground()) >= Contrast.LEAST,
            look.getKey());
      }
    } finally {
      UIManager.setLookAndFeel(before);
    }
  }
}
