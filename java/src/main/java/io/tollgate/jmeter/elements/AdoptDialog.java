package io.tollgate.jmeter.elements;

import java.awt.BorderLayout;
import java.awt.Component;
import java.awt.FlowLayout;
import javax.swing.JOptionPane;
import javax.swing.JPanel;

/** "Adopt Tollgate…": the report of a rewritten plan, before it takes the place of the open one. */
final class AdoptDialog {
  private AdoptDialog() {}

  /** Asks whether the plan is to be rewritten; only tells if there is nothing to rewrite. */
  static boolean isConfirmed(Component parent, PlanAdoption adoption) {
    JOptionPane pane = pane(adoption.report(), adoption.isChanged());
    return Text.REWRITE.of().equals(Question.ask(parent, Text.ADOPT, pane));
  }

  static JOptionPane pane(String text, boolean isChanged) {
    JPanel report = new JPanel(new BorderLayout(0, 5));
    report.add(Question.text(Text.ADOPT, text), BorderLayout.CENTER);
    JPanel help = new JPanel(new FlowLayout(FlowLayout.LEADING, 0, 0));
    help.add(HelpPage.button(HelpPage.ADOPTION));
    report.add(help, BorderLayout.SOUTH);
    return isChanged
        ? Question.of(report, JOptionPane.DEFAULT_OPTION, Text.REWRITE.of(), Text.CANCEL.of())
        : Question.of(report, JOptionPane.DEFAULT_OPTION);
  }
}
