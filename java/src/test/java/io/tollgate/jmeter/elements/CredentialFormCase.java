package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tollgate.testing.Plugin;
import java.awt.Component;
import java.awt.Container;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.swing.JButton;
import javax.swing.JComponent;
import javax.swing.JPanel;
import javax.swing.LookAndFeel;
import javax.swing.SwingUtilities;
import javax.swing.UIManager;
import javax.swing.plaf.metal.MetalLookAndFeel;
import org.apache.jmeter.util.JMeterUtils;
import org.junit.jupiter.api.BeforeEach;

/** A Credential's form, blank, and what can be seen on it. */
abstract class CredentialFormCase {
  CredentialForm form;

  @BeforeEach
  void start() {
    Plugin.ready();
    JMeterUtils.setJMeterHome(System.getProperty("tollgate.test.jmeter"));
    form = new CredentialForm(new JPanel());
  }

  static Map<String, String> settings(String... keysAndValues) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      settings.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return settings;
  }

  void show(String... keysAndValues) {
    form.show("mine", settings(keysAndValues));
  }

  SettingField field(String key) {
    return form.every().stream().filter(field -> field.key().equals(key)).findFirst().get();
  }

  /** Whether the form shows it, without the fold. */
  static boolean isShown(JComponent component, Container in) {
    for (Component at = component; at != in; at = at.getParent()) {
      if (at == null || !at.isVisible()) {
        return false;
      }
    }
    return true;
  }

  boolean isShown(String key) {
    SettingField field = field(key);
    boolean shown = isShown(field.component(), form);
    assertEquals(shown, isShown(field.label(), form), key + " and its label");
    return shown;
  }

  void toggle() {
    CredentialConfigGuiTest.find(form, JButton.class, "more").doClick(0);
  }

  /** With the look that has least in common with JMeter's. */
  void inMetal(Runnable test) throws Exception {
    LookAndFeel before = UIManager.getLookAndFeel();
    try {
      UIManager.setLookAndFeel(new MetalLookAndFeel());
      SwingUtilities.updateComponentTreeUI(form);
      test.run();
    } finally {
      UIManager.setLookAndFeel(before);
    }
  }
}
