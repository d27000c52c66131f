package io.tollgate.jmeter.elements;

import io.tollgate.text.Html;
import java.awt.Dimension;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JPasswordField;
import javax.swing.Timer;
import javax.swing.event.DocumentEvent;
import javax.swing.event.DocumentListener;
import javax.swing.text.JTextComponent;

/**
 * One setting on a form: a text field, a drop-down that also takes {@code ${…}}, or a masked field.
 * Blank means: not given.
 */
final class SettingField {
  private static final char MASK = '\u2022';

  private static final int PAUSE_MILLIS = 700;

  /** Behind the label of a setting that is required. */
  private static final String MARK = " *";

  private final String key;
  private final KnownSetting setting;
  private final String name;
  private final String help;
  private final JComponent component;
  private final Label label = new Label();
  private final FieldHint hint = new FieldHint();

  /**
   * A value is judged when its user has stopped typing. Not when the field is left: what appears
   * below it would move the button that is being pressed.
   */
  private final Timer pause = new Timer(PAUSE_MILLIS, e -> check());

  private BooleanSupplier allowsHttp = () -> false;
  private Runnable offer;
  private boolean showsKey;
  private boolean isRequired;

  /** The field of a setting. */
  SettingField(KnownSetting setting) {
    this(setting.key(), setting, setting.label(), setting.help());
  }

  /**
   * The field of one setting of a family.
   *
   * @param name what it is called on the form
   */
  SettingField(String key, KnownSetting family, String name, String help) {
    this.key = key;
    this.setting = family;
    this.name = name;
    this.help = help;
    this.component = component(setting);
    component.setName(key);
    nameForReaders();
    label.setLabelFor(component);
    hint.name(key);
    pause.setRepeats(false);
    require(null);
    onChange(this::changed);
  }

  /** What a screen reader says: of a drop-down, the text within has the focus. */
  private void nameForReaders() {
    component.getAccessibleContext().setAccessibleName(name);
    text().getAccessibleContext().setAccessibleName(name);
  }

  private void changed() {
    if (hint.isWrong()) {
      check(); // what is put right is right at once
    }
    pause.restart();
  }

  /** Says below the field what is wrong with it, and offers to keep a secret out of the plan. */
  void check() {
    pause.stop();
    String value = value();
    hint.show(FieldCheck.problem(setting, value, allowsHttp.getAsBoolean()));
    if (offer != null && isTypedSecret(value)) {
      hint.offer(Text.USE_ENV.of(), Text.USE_ENV_TIP.of(), offer);
    } else {
      hint.withdrawOffer();
    }
  }

  private static boolean isTypedSecret(String value) {
    return !value.trim().isEmpty() && !isReference(value.trim()) && !value.contains("${");
  }

  /** Lets the field ask whether plain http is allowed. */
  void askForHttp(BooleanSupplier allowed) {
    allowsHttp = allowed;
  }

  /** What is done if the user of a form takes the offer; of secrets only. */
  void offerReference(Runnable taken) {
    if (setting.isSecret()) {
      offer = taken;
    }
  }

  private static JComponent component(KnownSetting setting) {
    if (setting.isSecret()) {
      return masked();
    }
    if (setting.words().isEmpty()) {
      return new Placeholder.Text();
    }
    Placeholder.Choice words = new Placeholder.Choice();
    words.addItem("");
    setting.words().forEach(words::addItem);
    return words;
  }

  /** Hides a secret, but not where one is to be found. */
  private static JPasswordField masked() {
    JPasswordField field = new Placeholder.Masked();
    field.setEchoChar(MASK);
    onChange(
        field,
        () -> field.setEchoChar(isReference(new String(field.getPassword())) ? (char) 0 : MASK));
    return field;
  }

  /** Runs with each change of a text. */
  static void onChange(JTextComponent text, Runnable listener) {
    text.getDocument()
        .addDocumentListener(
            new DocumentListener() {
              @Override
              public void insertUpdate(DocumentEvent e) {
                listener.run();
              }

              @Override
              public void removeUpdate(DocumentEvent e) {
                listener.run();
              }

              @Override
              public void changedUpdate(DocumentEvent e) {
                listener.run();
              }
            });
  }

  /** Whether a value only tells where the secret is. */
  static boolean isReference(String value) {
    return value.startsWith("env:")
        || value.startsWith("file:")
        || (value.startsWith("${") && value.endsWith("}"));
  }

  String key() {
    return key;
  }

  /** What the form calls it. */
  String name() {
    return name;
  }

  /** The title of its part of the form. */
  String section() {
    return setting.section();
  }

  JLabel label() {
    return label;
  }

  JComponent component() {
    return component;
  }

  /** What stands below the field, when there is something to say. */
  FieldHint hint() {
    return hint;
  }

  /** Shows the setting's name in place of its label. */
  void showKey(boolean shows) {
    showsKey = shows;
    showLabel();
  }

  private void showLabel() {
    label.setText(labelText() + (isRequired ? MARK : ""));
  }

  private String labelText() {
    return showsKey ? key : name;
  }

  private JTextComponent text() {
    return component instanceof Placeholder.Choice
        ? ((Placeholder.Choice) component).text()
        : (JTextComponent) component;
  }

  /** Runs with each change of the text. */
  void onChange(Runnable listener) {
    onChange(text(), listener);
    // Another look and feel brings another text to a drop-down.
    component.addPropertyChangeListener(
        "editor",
        e -> {
          if (e.getNewValue() != null) {
            nameForReaders();
            onChange(text(), listener);
          }
        });
  }

  /**
   * Marks the setting as required, or takes the mark away.
   *
   * @param insteadOf what could be filled in in its place; {@code null} if it is not required
   */
  void require(List<String> insteadOf) {
    isRequired = insteadOf != null;
    showLabel();
    String need = "";
    if (insteadOf != null) {
      String others =
          insteadOf.stream().map(KnownSettings::labelOf).collect(Collectors.joining(", "));
      need =
          "<p>"
              + Html.text(others.isEmpty() ? Text.REQUIRED.of() : Text.REQUIRED_OR.of(others))
              + "</p>";
    }
    String tip =
        "<html><div style='width:320px'><p><b>"
            + Html.text(key)
            + "</b></p><p>"
            + Html.text(help)
            + "</p>"
            + need
            + "</div></html>";
    component.setToolTipText(tip);
    label.setToolTipText(tip);
  }

  boolean isRequired() {
    return isRequired;
  }

  /** What counts while it is blank. */
  void showStandard(ProfileNeeds needs) {
    Placeholder.show(component, needs.standardOf(setting));
  }

  String value() {
    return component instanceof JPasswordField
        ? new String(((JPasswordField) component).getPassword())
        : text().getText();
  }

  boolean isBlank() {
    return value().trim().isEmpty();
  }

  void show(String value) {
    if (component instanceof Placeholder.Choice) {
      ((Placeholder.Choice) component).setSelectedItem(value);
    }
    if (!text().getText().equals(value)) {
      text().setText(value); // also where that was selected and something else typed
    }
    check();
  }

  /** Makes the label as wide as the widest of these, in whatever font. */
  void alignWith(List<SettingField> fields) {
    label.aligned = fields;
  }

  /** A label that is as wide as others. */
  private static final class Label extends JLabel {
    private static final long serialVersionUID = 1L;

    private transient List<SettingField> aligned;

    @Override
    public Dimension getPreferredSize() {
      Dimension size = super.getPreferredSize();
      if (aligned != null) {
        for (SettingField field : aligned) {
          String text = field.labelText() + MARK;
          size.width = Math.max(size.width, getFontMetrics(getFont()).stringWidth(text));
        }
      }
      return size;
    }

    @Override
    public Dimension getMinimumSize() {
      return getPreferredSize();
    }
  }
}
