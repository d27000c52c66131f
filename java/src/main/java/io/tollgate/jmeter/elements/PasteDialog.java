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
    Object answer = Question.ask(parent, Text.PASTE, pane(text));
    return Integer.valueOf(JOptionPane.OK_OPTION).equals(answer) ? text.getText() : "";
  }

  static JOptionPane pane(JTextArea text) {
    text.setName("configuration");
    text.getAccessibleContext().setAccessibleName(Text.PASTE.of());
    TrialOutcome.leaveByTab(text);
    String ask = "<html><div style='width:420px'>" + Text.PASTE_ASK.of() + "</div></html>";
    JLabel label = new JLabel(ask);
    label.setLabelFor(text);
    JPanel panel = new JPanel(new BorderLayout(0, 5));
    panel.add(label, BorderLayout.NORTH);
    panel.add(new JScrollPane(text), BorderLayout.CENTER);
    return Question.of(panel, JOptionPane.OK_CANCEL_OPTION);
  }
}
