package io.tollgate.jmeter.elements;

import java.awt.Component;
import java.awt.Font;
import javax.swing.JOptionPane;
import javax.swing.JScrollPane;
import javax.swing.JTextArea;

/** "Adopt Tollgate…": the report of a rewritten plan, before it takes the place of the open one. */
final class AdoptDialog {
  private static final int ROWS = 20;
  private static final int COLUMNS = 100;

  private AdoptDialog() {}

  /** Asks whether the plan is to be rewritten; only tells if there is nothing to rewrite. */
  static boolean isConfirmed(Component parent, PlanAdoption adoption) {
    Component report = report(adoption.report());
    if (!adoption.isChanged()) {
      JOptionPane.showMessageDialog(
          parent, report, Text.ADOPT.of(), JOptionPane.INFORMATION_MESSAGE);
      return false;
    }
    Object[] answers = {Text.REWRITE.of(), Text.CANCEL.of()};
    int answer =
        JOptionPane.showOptionDialog(
            parent,
            report,
            Text.ADOPT.of(),
            JOptionPane.DEFAULT_OPTION,
            JOptionPane.PLAIN_MESSAGE,
            null,
            answers,
            answers[1]);
    return answer == 0;
  }

  static Component report(String text) {
    JTextArea area = new JTextArea(text, ROWS, COLUMNS);
    area.setEditable(false);
    area.setLineWrap(true);
    area.setWrapStyleWord(true);
    area.setFont(new Font(Font.MONOSPACED, Font.PLAIN, area.getFont().getSize()));
    area.setCaretPosition(0);
    return new JScrollPane(area);
  }
}
