package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.Plugin;
import java.awt.Component;
import java.awt.Container;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.swing.AbstractButton;
import javax.swing.JButton;
import javax.swing.JComboBox;
import javax.swing.JLabel;
import javax.swing.JOptionPane;
import javax.swing.JPanel;
import javax.swing.JScrollBar;
import javax.swing.JTabbedPane;
import javax.swing.JTable;
import javax.swing.JTextArea;
import javax.swing.text.JTextComponent;
import org.apache.jmeter.util.JMeterUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What can be used has a name that a screen reader says, and buttons and fields have a key each, on
 * every panel and in every dialog, in each language.
 */
class NamesAndKeysTest {
  @BeforeEach
  void start() {
    Plugin.ready();
    JMeterUtils.setJMeterHome(System.getProperty("tollgate.test.jmeter"));
  }

  @AfterEach
  void english() {
    JMeterUtils.setLocale(Locale.ENGLISH);
  }

  /** All of them, anew, in the language of now. */
  private static Map<String, Container> panels() {
    Map<String, Container> panels = new LinkedHashMap<>();
    panels.put("Credential", new CredentialConfigGui());
    for (int tab = 0; tab < 2; tab++) {
      TollgateMonitorGui monitor = new TollgateMonitorGui();
      MonitorPanels.first(JTabbedPane.class, monitor).setSelectedIndex(tab);
      panels.put("Monitor, tab " + tab, monitor);
    }
    panels.putAll(dialogs());
    return panels;
  }

  private static Map<String, Container> dialogs() {
    Map<String, Map<String, String>> profiles =
        Collections.singletonMap("demo", Collections.emptyMap());
    Map<String, Container> dialogs = new LinkedHashMap<>();
    dialogs.put("Dry run", new DryRunDialog(profiles));
    dialogs.put(
        "Check",
        Question.of(new CheckDialog(profiles, Collections.emptyMap()), JOptionPane.DEFAULT_OPTION));
    dialogs.put("Adopt", AdoptDialog.pane("report", true));
    dialogs.put("Nothing to adopt", AdoptDialog.pane("report", false));
    dialogs.put("Fill in from", PasteDialog.pane(new JTextArea()));
    JButton close = new JButton(Text.CLOSE.of());
    dialogs.put("Warning", WindowActions.warning(Collections.singletonList("wrong"), close));
    dialogs.put("Help", new HelpPage());
    return dialogs;
  }

  private static List<Component> shown(Container in, List<Component> all) {
    for (Component child : in.getComponents()) {
      if (child.isVisible()) {
        all.add(child);
        boolean isWhole =
            child instanceof JComboBox || child instanceof JTable || child instanceof JScrollBar;
        if (child instanceof Container && !isWhole) {
          shown((Container) child, all);
        }
      }
    }
    return all;
  }

  /** The words on a button, or of the label of a field; {@code null} if it is neither. */
  private static String words(Component component) {
    String words = null;
    if (component instanceof AbstractButton) {
      words = ((AbstractButton) component).getText();
    } else if (component instanceof JLabel && ((JLabel) component).getLabelFor() != null) {
      words = ((JLabel) component).getText();
    }
    return words == null || words.isEmpty() || words.startsWith("<html>") ? null : words;
  }

  private static int key(Component component) {
    return component instanceof AbstractButton
        ? ((AbstractButton) component).getMnemonic()
        : ((JLabel) component).getDisplayedMnemonic();
  }

  @Test
  void eachButtonAndFieldHasAKeyOfItsOwnAsLongAsThereAreLetters() {
    for (Locale language : new Locale[] {Locale.ENGLISH, Locale.GERMAN}) {
      JMeterUtils.setLocale(language);
      panels()
          .forEach(
              (name, panel) -> {
                String where = language + ", " + name + ": ";
                Map<Integer, String> keys = new TreeMap<>();
                List<String> without = new ArrayList<>();
                for (Component component : shown(panel, new ArrayList<>())) {
                  String words = words(component);
                  if (words != null && key(component) == 0) {
                    assertFalse(component instanceof AbstractButton, where + words);
                    without.add(words);
                  } else if (words != null) {
                    String other = keys.put(key(component), words);
                    assertEquals(
                        null,
                        other,
                        where + words + " has the key of another: " + (char) key(component));
                  }
                }
                assertNotEquals(0, keys.size(), where);
                for (String words : without) {
                  boolean isOneFree =
                      words.toUpperCase(Locale.ROOT).chars().anyMatch(c -> isFree(c, keys));
                  assertFalse(isOneFree, where + words + " has no key");
                }
              });
    }
  }

  private static boolean isFree(int letter, Map<Integer, String> keys) {
    return letter < 128 && Character.isLetterOrDigit(letter) && !keys.containsKey(letter);
  }

  @Test
  void inADialogEachHasAKey() {
    for (Locale language : new Locale[] {Locale.ENGLISH, Locale.GERMAN}) {
      JMeterUtils.setLocale(language);
      dialogs()
          .forEach(
              (name, dialog) -> {
                for (Component component : shown(dialog, new ArrayList<>())) {
                  String words = words(component);
                  String what = language + ", " + name + ": " + words;
                  assertTrue(words == null || key(component) != 0, what + " has no key");
                }
              });
    }
  }

  @Test
  void whatCanBeUsedHasANameForAScreenReader() {
    int[] seen = new int[1];
    panels()
        .forEach(
            (where, panel) -> {
              for (Component one : shown(panel, new ArrayList<>())) {
                // JMeter's own comment has none.
                boolean isJMeters = one.getClass() == JTextArea.class && one.getName() == null;
                boolean isUsed =
                    one instanceof AbstractButton
                        || one instanceof JTextComponent
                        || one instanceof JComboBox
                        || one instanceof JTable;
                if (isUsed && !isJMeters) {
                  String name = one.getAccessibleContext().getAccessibleName();
                  assertTrue(name != null && !name.trim().isEmpty(), where + ": " + one);
                  seen[0]++;
                }
              }
            });
    assertTrue(seen[0] > 60, "seen: " + seen[0]);
  }

  @Test
  void aFieldOfTheFormIsSaidByItsLabelAndSoIsWhatIsTypedIn() {
    for (SettingField field : new CredentialForm(new JPanel()).every()) {
      assertEquals(field.name(), field.component().getAccessibleContext().getAccessibleName());
      if (field.component() instanceof Placeholder.Choice) {
        JTextComponent within = ((Placeholder.Choice) field.component()).text();
        assertEquals(field.name(), within.getAccessibleContext().getAccessibleName());
      }
    }
  }
}
