package io.tollgate.jmeter.elements;

import java.awt.BasicStroke;
import java.awt.BorderLayout;
import java.awt.Color;
import java.awt.Component;
import java.awt.Font;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.KeyboardFocusManager;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import javax.swing.BorderFactory;
import javax.swing.Icon;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTextArea;
import javax.swing.text.DefaultCaret;

/**
 * What came of a trial: a verdict, told apart by its words, its sign and its colour, and the text.
 */
final class TrialOutcome extends JPanel {
  private static final long serialVersionUID = 1L;
  private static final int ROWS_SHOWN = 7;

  /** How a trial stands. */
  enum State {
    NONE(null),
    ASKING(null),
    TOKEN(new Color(0x1a7f37)),
    NO_TOKEN(new Color(0xcf222e));

    private final Color colour;

    State(Color colour) {
      this.colour = colour;
    }
  }

  private final Verdict verdict = new Verdict();
  private final JTextArea text = new Words();
  private State state = State.NONE;
  private boolean isOutdated;

  TrialOutcome() {
    super(new BorderLayout());
    verdict.setName("verdict");
    verdict.setBorder(BorderFactory.createEmptyBorder(2, 8, 4, 8));
    verdict.setLabelFor(text);
    text.setName("outcome");
    text.setEditable(false);
    text.setLineWrap(true);
    text.setWrapStyleWord(true);
    leaveByTab(text);
    // A caret that moves would scroll the whole form to it.
    ((DefaultCaret) text.getCaret()).setUpdatePolicy(DefaultCaret.NEVER_UPDATE);
    add(verdict, BorderLayout.NORTH);
    add(new JScrollPane(text), BorderLayout.CENTER);
    show(State.NONE, "");
  }

  /** Tab goes to the next field, as it does everywhere else on a form. */
  static void leaveByTab(JTextArea area) {
    area.setFocusTraversalKeys(KeyboardFocusManager.FORWARD_TRAVERSAL_KEYS, null);
    area.setFocusTraversalKeys(KeyboardFocusManager.BACKWARD_TRAVERSAL_KEYS, null);
  }

  void show(State newState, String words) {
    state = newState;
    isOutdated = false;
    text.setText(words);
    text.setCaretPosition(0);
    refresh();
    if (newState != State.NONE) {
      scrollRectToVisible(new Rectangle(0, 0, getWidth(), getHeight()));
    }
  }

  /** The fields have changed since. */
  void outdate() {
    if (state != State.NONE && !isOutdated) {
      isOutdated = true;
      refresh();
    }
  }

  private void refresh() {
    verdict.setText(words());
    text.getAccessibleContext().setAccessibleName(words());
    verdict.setVisible(state == State.TOKEN || state == State.NO_TOKEN);
    repaint();
  }

  private String words() {
    if (state == State.TOKEN || state == State.NO_TOKEN) {
      Text result = state == State.TOKEN ? Text.TOKEN_RECEIVED : Text.NO_TOKEN_RECEIVED;
      return isOutdated ? Text.OUTDATED.of(result.of()) : result.of();
    }
    return Text.TRY_IT.of();
  }

  private static Color onGroundOf(Component component, Color colour) {
    Component parent = component.getParent();
    return Contrast.readable(colour, (parent == null ? component : parent).getBackground());
  }

  /** The text, pale once it is of other fields. */
  private final class Words extends JTextArea {
    private static final long serialVersionUID = 1L;

    Words() {
      super(ROWS_SHOWN, 40);
    }

    @Override
    public Color getForeground() {
      Color colour = super.getForeground();
      return isOutdated ? Contrast.palest(colour, getBackground()) : colour;
    }
  }

  /** A tick or a cross and the words beside it. */
  private final class Verdict extends JLabel implements Icon {
    private static final long serialVersionUID = 1L;

    Verdict() {
      setIcon(this);
    }

    @Override
    public Font getFont() {
      Font font = super.getFont();
      return font == null ? null : font.deriveFont(Font.BOLD);
    }

    @Override
    public Color getForeground() {
      Color colour = state == null ? null : state.colour;
      if (colour == null || isOutdated) {
        return super.getForeground();
      }
      return onGroundOf(this, colour);
    }

    @Override
    public void paintIcon(Component on, Graphics graphics, int x, int y) {
      Graphics2D drawn = (Graphics2D) graphics.create();
      drawn.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      drawn.setColor(getForeground());
      int size = getIconWidth();
      drawn.setStroke(new BasicStroke(size / 6f));
      drawn.translate(x, y);
      if (state == State.TOKEN) {
        drawn.drawPolyline(
            new int[] {size / 8, size * 3 / 8, size * 7 / 8},
            new int[] {size / 2, size * 7 / 8, size / 8},
            3);
      } else {
        drawn.drawLine(size / 8, size / 8, size * 7 / 8, size * 7 / 8);
        drawn.drawLine(size / 8, size * 7 / 8, size * 7 / 8, size / 8);
      }
      drawn.dispose();
    }

    @Override
    public int getIconWidth() {
      return Math.max(8, getFontMetrics(getFont()).getAscent());
    }

    @Override
    public int getIconHeight() {
      return getIconWidth();
    }
  }
}
