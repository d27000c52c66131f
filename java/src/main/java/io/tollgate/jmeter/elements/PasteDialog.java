package io.tollgate.jmeter.elements;

import java.awt.BorderLayout;
import java.awt.Component;
import javax.swing.JLabel;
import javax.swing.JOptionPane;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTextArea;

/** "Fill in from…": asks for a client's configuration as another tool wrote it. */
final class PasteDialog {
  private static final int ROWS = 12;
  private static final int COLUMNS = 70;

  private PasteDialog() {}

  /** The text; empty if the user thought better of it. */
  static String ask(Component parent) {
    JTextArea text = new JTextArea(ROWS, COLUMNS);
    text.setName("configuration");
    String ask = "<html><div style='width:420px'>" + Text.PASTE_ASK.of() + "</div></html>";
    JLabel label = new JLabel(ask);
    label.setLabelFor(text);
    JPanel panel = new JPanel(new BorderLayout(0, 5));
    panel.add(label, BorderLayout.NORTH);
    panel.add(new JScrollPane(text), BorderLayout.CENTER);
    int answer =
        JOptionPane.showConfirmDialog(
            parent,
            panel,
            Text.PASTE.of(),
            JOptionPane.OK_CANCEL_OPTION,
            JOptionPane.PLAIN_MESSAGE);
    return answer == JOptionPane.OK_OPTION ? text.getText() : "";
  }
}
