package io.tollgate.jmeter.elements;

import java.awt.BorderLayout;
import java.awt.Component;
import java.beans.PropertyEditorSupport;
import java.util.Collection;
import java.util.Collections;
import javax.swing.JButton;
import javax.swing.JComboBox;
import javax.swing.JPanel;
import javax.swing.text.JTextComponent;
import org.apache.jmeter.gui.ClearGui;
import org.apache.jmeter.gui.GuiPackage;

/**
 * The field of an element that names a profile: it offers those of the plan that is open and of
 * properties, and takes any other text.
 */
public final class ProfileEditor extends PropertyEditorSupport implements ClearGui {
  private final JComboBox<String> field = new JComboBox<>();
  private final JPanel editor = new Editor();

  /** For JMeter. */
  public ProfileEditor() {
    field.setName("profile");
    field.setEditable(true);
    field.getAccessibleContext().setAccessibleName(Text.PROFILE_FIELD.of());
    text().getAccessibleContext().setAccessibleName(Text.PROFILE_FIELD.of());
    JButton help = new JButton(Text.HELP.of());
    help.setName("help");
    help.addActionListener(
        e -> {
          String place = JMeterHelp.place(GuiPackage.getInstance().getCurrentElement());
          HelpPage.show(place == null ? HelpPage.ELEMENTS : place);
        });
    editor.add(field, BorderLayout.CENTER);
    editor.add(help, BorderLayout.EAST);
  }

  /** With the button for help, for which JMeter's panels of such elements have no other place. */
  private static final class Editor extends JPanel {
    private static final long serialVersionUID = 1L;

    Editor() {
      super(new BorderLayout(5, 0));
    }

    @Override
    public void addNotify() {
      super.addNotify();
      JMeterHelp.install();
    }
  }

  private static Collection<String> profiles() {
    GuiPackage gui = GuiPackage.getInstance();
    return gui == null ? Collections.emptySet() : TrialProfiles.of(gui.getTreeModel()).keySet();
  }

  private JTextComponent text() {
    return (JTextComponent) field.getEditor().getEditorComponent();
  }

  @Override
  public String getAsText() {
    return text().getText();
  }

  /** JMeter sets the value whenever it shows an element; meanwhile the profiles do not change. */
  @Override
  public void setAsText(String text) {
    field.removeAllItems();
    profiles().forEach(field::addItem);
    field.setSelectedItem(text);
    text().setText(text); // also where that was selected before
  }

  @Override
  public Object getValue() {
    return getAsText();
  }

  @Override
  public void setValue(Object value) {
    setAsText(value == null ? "" : value.toString());
  }

  @Override
  public boolean supportsCustomEditor() {
    return true;
  }

  @Override
  public Component getCustomEditor() {
    return editor;
  }

  @Override
  public void clearGui() {
    setAsText("");
  }
}
