package io.tollgate.jmeter.elements;

import java.awt.BorderLayout;
import java.awt.Component;
import java.awt.FlowLayout;
import java.awt.Font;
import javax.swing.JOptionPane;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTextArea;

/** "Adopt Tollgate…": the report of a rewritten plan, before it takes the place of the open one. */
final class AdoptDialog {
  private static final int ROWS = 20;
  private static final int COLUMNS = 100;

  private AdoptDialog() {}

  /** Asks whether the plan is to be rewritten; only tells if there is nothing to rewrite. */
  static boolean isConfirmed(Component parent, PlanAdoption adoption) {
    JPanel report = new JPanel(new BorderLayout(0, 5));
    report.add(report(adoption.report()), BorderLayout.CENTER);
    JPanel help = new JPanel(new FlowLayout(FlowLayout.LEADING, 0, 0));
    help.add(HelpPage.button(HelpPage.ADOPTION));
    report.add(help, BorderLayout.SOUTH);
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
    TrialOutcome.leaveByTab(area);
    return new JScrollPane(area);
  }
}
