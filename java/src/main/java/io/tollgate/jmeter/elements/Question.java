package io.tollgate.jmeter.elements;

import java.awt.Component;
import java.awt.Font;
import javax.swing.JDialog;
import javax.swing.JOptionPane;
import javax.swing.JScrollPane;
import javax.swing.JTextArea;

/** Swing's dialogs, whose buttons have keys that none of what they show has. */
final class Question {
  private static final int ROWS = 20;
  private static final int COLUMNS = 100;

  private Question() {}

  /**
   * What a dialog shows.
   *
   * @param answers the words of its buttons, the last one being chosen at first; the look has words
   *     of its own if there are none
   */
  static JOptionPane of(Component message, int buttons, Object... answers) {
    JOptionPane pane =
        answers.length == 0
            ? new JOptionPane(message, JOptionPane.PLAIN_MESSAGE, buttons)
            : new JOptionPane(
                message,
                JOptionPane.PLAIN_MESSAGE,
                buttons,
                null,
                answers,
                answers[answers.length - 1]);
    Mnemonics.assignInWindow(pane);
    return pane;
  }

  /** Shows it until it is answered; {@code null} if it was closed. */
  static Object ask(Component parent, Text title, JOptionPane pane) {
    JDialog dialog = pane.createDialog(parent, title.of());
    dialog.setVisible(true);
    dialog.dispose();
    return pane.getValue();
  }

  /** A text of many lines. */
  static Component text(Text title, String words) {
    JTextArea area = new JTextArea(words, ROWS, COLUMNS);
    area.setName("report");
    area.getAccessibleContext().setAccessibleName(title.of());
    area.setEditable(false);
    area.setLineWrap(true);
    area.setWrapStyleWord(true);
    area.setFont(new Font(Font.MONOSPACED, Font.PLAIN, area.getFont().getSize()));
    area.setCaretPosition(0);
    TrialOutcome.leaveByTab(area);
    return new JScrollPane(area);
  }
}
