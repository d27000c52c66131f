package io.tollgate.jmeter.elements;

import java.awt.Component;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.Insets;
import java.awt.RenderingHints;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JPasswordField;
import javax.swing.JTextField;
import javax.swing.text.JTextComponent;

/** Fields of one width that show, greyed and slanted, what counts while they are blank. */
final class Placeholder {
  private static final int COLUMNS = 14;

  /** The name under which a field keeps what it shows. */
  private static final String TEXT = "tollgate.placeholder";

  private Placeholder() {}

  static void show(JComponent field, String text) {
    field.putClientProperty(TEXT, text);
    field.repaint();
  }

  /** What a blank field shows; empty if nothing. */
  static String of(JComponent field) {
    Object text = field.getClientProperty(TEXT);
    return text == null ? "" : text.toString();
  }

  private static void paint(Graphics on, JComponent field, JTextComponent within) {
    String text = of(field);
    if (text.isEmpty() || within.getDocument().getLength() > 0) {
      return;
    }
    Graphics2D graphics = (Graphics2D) on.create();
    Insets insets = within.getInsets();
    int x = field == within ? 0 : within.getX();
    int y = field == within ? 0 : within.getY();
    int width = within.getWidth() - insets.left - insets.right;
    graphics.clipRect(x + insets.left, y, width, within.getHeight());
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setFont(within.getFont().deriveFont(Font.ITALIC)); // not by its colour alone
    graphics.setColor(Contrast.palest(within.getForeground(), within.getBackground()));
    int baseline = within.getBaseline(within.getWidth(), within.getHeight());
    graphics.drawString(text, x + insets.left, y + baseline);
    graphics.dispose();
  }

  private static Dimension sized(Dimension preferred, Component field) {
    int width = field.getFontMetrics(field.getFont()).charWidth('m') * COLUMNS;
    return new Dimension(width, preferred.height);
  }

  /** A text field. */
  static final class Text extends JTextField {
    private static final long serialVersionUID = 1L;

    @Override
    protected void paintComponent(Graphics graphics) {
      super.paintComponent(graphics);
      Placeholder.paint(graphics, this, this);
    }

    @Override
    public Dimension getPreferredSize() {
      return sized(super.getPreferredSize(), this);
    }
  }

  /** A field whose text is masked. */
  static final class Masked extends JPasswordField {
    private static final long serialVersionUID = 1L;

    @Override
    protected void paintComponent(Graphics graphics) {
      super.paintComponent(graphics);
      Placeholder.paint(graphics, this, this);
    }

    @Override
    public Dimension getPreferredSize() {
      return sized(super.getPreferredSize(), this);
    }
  }

  /** A drop-down that takes other text too. */
  static final class Choice extends JComboBox<String> {
    private static final long serialVersionUID = 1L;

    Choice() {
      super();
      setEditable(true);
    }

    /** Its text, also while it is typed. */
    JTextComponent text() {
      return (JTextComponent) getEditor().getEditorComponent();
    }

    @Override
    public void paint(Graphics graphics) {
      super.paint(graphics);
      Placeholder.paint(graphics, this, text());
    }

    /** The text within can't be painted alone: it would cover what it is to show. */
    @Override
    protected boolean isPaintingOrigin() {
      return true;
    }

    @Override
    public Dimension getPreferredSize() {
      return sized(super.getPreferredSize(), this);
    }
  }
}
