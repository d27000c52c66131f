package io.tollgate.jmeter.elements;

import java.awt.event.KeyEvent;
import javax.swing.JComponent;
import javax.swing.JRootPane;
import javax.swing.KeyStroke;
import javax.swing.SwingUtilities;

/** Escape closes our own windows, as it closes Swing's dialogs. */
final class EscapeKey {
  private EscapeKey() {}

  static void closes(JRootPane root) {
    root.registerKeyboardAction(
        e -> SwingUtilities.getWindowAncestor(root).dispose(),
        KeyStroke.getKeyStroke(KeyEvent.VK_ESCAPE, 0),
        JComponent.WHEN_IN_FOCUSED_WINDOW);
  }
}
