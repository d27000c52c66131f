package io.tollgate.jmeter.elements;

import java.awt.Component;
import java.beans.PropertyEditorSupport;
import java.util.Collection;
import java.util.Collections;
import javax.swing.JComboBox;
import javax.swing.text.JTextComponent;
import org.apache.jmeter.gui.ClearGui;
import org.apache.jmeter.gui.GuiPackage;

/**
 * The field of an element that names a profile: it offers those of the plan that is open and of
 * properties, and takes any other text.
 */
public final class ProfileEditor extends PropertyEditorSupport implements ClearGui {
  private final JComboBox<String> field = new JComboBox<>();

  /** For JMeter. */
  public ProfileEditor() {
    field.setName("profile");
    field.setEditable(true);
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
    return field;
  }

  @Override
  public void clearGui() {
    setAsText("");
  }
}
