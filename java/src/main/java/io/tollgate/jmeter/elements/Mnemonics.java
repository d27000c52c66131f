package io.tollgate.jmeter.elements;

import java.awt.Component;
import java.awt.Container;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.swing.AbstractButton;
import javax.swing.JLabel;
import javax.swing.JMenu;
import javax.swing.JMenuBar;
import org.apache.jmeter.gui.GuiPackage;

/**
 * Keys that lead to buttons and fields with Alt, a letter of their words each, in any language.
 * Buttons come first, then fields in their order, until the letters are used up.
 */
final class Mnemonics {
  private Mnemonics() {}

  /** Gives what a panel in JMeter's window shows now its keys; none is one of JMeter's menus. */
  static void assign(Container panel) {
    assign(panel, ofMenus());
  }

  /** Gives what a window of ours shows its keys. */
  static void assignInWindow(Container content) {
    assign(content, new HashSet<>());
  }

  private static void assign(Container panel, Set<Character> taken) {
    List<AbstractButton> buttons = new ArrayList<>();
    List<JLabel> labels = new ArrayList<>();
    collect(panel, buttons, labels);
    for (AbstractButton button : buttons) {
      button.setMnemonic(free(button.getText(), taken));
    }
    for (JLabel label : labels) {
      // As a number: the method for characters ignores 0, and an old key would stay.
      label.setDisplayedMnemonic(free(label.getText(), taken));
    }
  }

  private static void collect(Container panel, List<AbstractButton> buttons, List<JLabel> labels) {
    for (Component child : panel.getComponents()) {
      if (!child.isVisible()) {
        continue;
      }
      if (child instanceof AbstractButton && !text(((AbstractButton) child).getText()).isEmpty()) {
        buttons.add((AbstractButton) child);
      } else if (child instanceof JLabel && ((JLabel) child).getLabelFor() != null) {
        labels.add((JLabel) child);
      } else if (child instanceof Container) {
        collect((Container) child, buttons, labels);
      }
    }
  }

  private static Set<Character> ofMenus() {
    Set<Character> taken = new HashSet<>();
    GuiPackage gui = GuiPackage.getInstance();
    JMenuBar menus =
        gui == null || gui.getMainFrame() == null ? null : gui.getMainFrame().getJMenuBar();
    for (int i = 0; menus != null && i < menus.getMenuCount(); i++) {
      JMenu menu = menus.getMenu(i);
      if (menu != null) {
        taken.add((char) menu.getMnemonic());
      }
    }
    return taken;
  }

  /** The first letter or digit that is free; 0 if none is. */
  private static int free(String words, Set<Character> taken) {
    for (char c : text(words).toCharArray()) {
      char key = Character.toUpperCase(c);
      // Letters with an accent have no key of their own in Swing.
      if (key < 128 && Character.isLetterOrDigit(key) && taken.add(key)) {
        return key;
      }
    }
    return 0;
  }

  private static String text(String words) {
    return words == null || words.startsWith("<html>") ? "" : words;
  }
}
