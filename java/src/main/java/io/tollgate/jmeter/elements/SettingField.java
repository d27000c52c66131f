package io.tollgate.jmeter.elements;

import java.awt.Dimension;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JPasswordField;
import javax.swing.JTextField;
import javax.swing.event.DocumentEvent;
import javax.swing.event.DocumentListener;
import javax.swing.text.JTextComponent;

/**
 * One setting on a form: a text field, a drop-down that also takes {@code ${…}}, or a masked field.
 * Blank means: not given.
 */
final class SettingField {
  private static final int COLUMNS = 12;

  /** Keeps the fields of all groups in line. */
  private static final String WIDEST_KEY = "backoff_throttle_base";

  private static final char MASK = '\u2022';

  private final KnownSetting setting;
  private final JComponent component;
  private final JLabel label;

  SettingField(KnownSetting setting) {
    this.setting = setting;
    this.component = component(setting);
    this.label = new Name(setting.key());
    component.setName(setting.key());
    component.setToolTipText(tip());
    label.setToolTipText(tip());
    label.setLabelFor(component);
  }

  private static JComponent component(KnownSetting setting) {
    if (setting.isSecret()) {
      return masked();
    }
    if (setting.words().isEmpty()) {
      return new JTextField(COLUMNS);
    }
    JComboBox<String> words = new JComboBox<>();
    words.addItem("");
    setting.words().forEach(words::addItem);
    words.setEditable(true);
    return words;
  }

  /** Hides a secret, but not where one is to be found. */
  private static JPasswordField masked() {
    JPasswordField field = new JPasswordField(COLUMNS);
    field.setEchoChar(MASK);
    field
        .getDocument()
        .addDocumentListener(
            new DocumentListener() {
              private void look() {
                field.setEchoChar(isReference(new String(field.getPassword())) ? (char) 0 : MASK);
              }

              @Override
              public void insertUpdate(DocumentEvent e) {
                look();
              }

              @Override
              public void removeUpdate(DocumentEvent e) {
                look();
              }

              @Override
              public void changedUpdate(DocumentEvent e) {
                look();
              }
            });
    return field;
  }

  /** Whether a value only tells where the secret is. */
  static boolean isReference(String value) {
    return value.startsWith("env:")
        || value.startsWith("file:")
        || (value.startsWith("${") && value.endsWith("}"));
  }

  String key() {
    return setting.key();
  }

  JLabel label() {
    return label;
  }

  JComponent component() {
    return component;
  }

  /** What stands for it where it is blank. */
  JLabel hint() {
    String standard = setting.standard();
    JLabel hint = new JLabel(standard.isEmpty() ? "" : "default " + standard);
    hint.setEnabled(false);
    return hint;
  }

  private String tip() {
    return "<html><p style='width:320px'>"
        + setting.help().replace("&", "&amp;").replace("<", "&lt;")
        + "</p></html>";
  }

  String value() {
    if (component instanceof JPasswordField) {
      return new String(((JPasswordField) component).getPassword());
    }
    if (component instanceof JTextComponent) {
      return ((JTextComponent) component).getText();
    }
    Object typed = ((JComboBox<?>) component).getEditor().getItem();
    return typed == null ? "" : typed.toString();
  }

  void show(String value) {
    if (component instanceof JTextComponent) {
      ((JTextComponent) component).setText(value);
    } else {
      ((JComboBox<?>) component).setSelectedItem(value);
    }
  }

  /** A label that is as wide as the widest of them, in whatever font. */
  private static final class Name extends JLabel {
    private static final long serialVersionUID = 1L;

    Name(String text) {
      super(text);
    }

    @Override
    public Dimension getPreferredSize() {
      Dimension size = super.getPreferredSize();
      size.width = Math.max(size.width, getFontMetrics(getFont()).stringWidth(WIDEST_KEY));
      return size;
    }

    @Override
    public Dimension getMinimumSize() {
      return getPreferredSize();
    }
  }
}
