package io.tollgate.jmeter.elements;

import java.awt.BorderLayout;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.FlowLayout;
import javax.swing.JButton;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.SwingConstants;

/** What a form says right below a field: what is wrong there, or what a typed secret could be. */
final class FieldHint extends JPanel {
  private static final long serialVersionUID = 1L;
  private static final Color WRONG = new Color(0xcf222e);

  /** In words too, for it is not to be told by its colour alone. */
  private static final String SIGN = "\u26a0 ";

  private final JLabel problem = new Problem();
  private final JButton offer = new JButton();
  private transient Runnable taken;

  FieldHint() {
    super(new BorderLayout(4, 0));
    JPanel offers = new JPanel(new FlowLayout(FlowLayout.TRAILING, 0, 0));
    offers.add(offer);
    add(problem, BorderLayout.CENTER);
    add(offers, BorderLayout.EAST);
    offer.addActionListener(e -> taken.run());
    offer.setVisible(false);
    setVisible(false);
  }

  void name(String key) {
    problem.setName("problem of " + key);
    offer.setName("offer for " + key);
  }

  /** Says what is wrong; {@code null} if nothing is. */
  void show(String wrong) {
    problem.setText(wrong == null ? "" : SIGN + wrong);
    problem.setToolTipText(wrong);
    problem.setHorizontalAlignment(SwingConstants.TRAILING);
    problem.setVisible(wrong != null);
    refresh();
  }

  boolean isWrong() {
    return problem.isVisible() && !problem.getText().isEmpty();
  }

  /** Puts a button there. */
  void offer(String words, String tip, Runnable what) {
    offer.setText(words);
    offer.setToolTipText(tip);
    taken = what;
    offer.setVisible(true);
    refresh();
  }

  void withdrawOffer() {
    offer.setVisible(false);
    refresh();
  }

  private void refresh() {
    boolean isNeeded = isWrong() || offer.isVisible();
    if (isNeeded != isVisible()) {
      setVisible(isNeeded);
    }
    revalidate();
  }

  /** As wide as its field and the label of that: a long text does not move other fields. */
  @Override
  public Dimension getPreferredSize() {
    return new Dimension(0, super.getPreferredSize().height);
  }

  @Override
  public Dimension getMinimumSize() {
    return getPreferredSize();
  }

  /** Can be read on the ground it is on. It may be cut off: then its tooltip has all of it. */
  private static final class Problem extends JLabel {
    private static final long serialVersionUID = 1L;

    @Override
    public Color getForeground() {
      return getParent() == null
          ? super.getForeground()
          : Contrast.readable(WRONG, getParent().getBackground());
    }
  }
}
