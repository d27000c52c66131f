package io.tollgate.jmeter.elements;

import java.awt.Component;
import java.beans.PropertyEditorSupport;
import java.util.Collection;
import java.util.Collections;
import javax.swing.JComboBox;
import javax.swing.event.PopupMenuEvent;
import javax.swing.event.PopupMenuListener;
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
    field.addPopupMenuListener(
        new PopupMenuListener() {
          @Override
          public void popupMenuWillBecomeVisible(PopupMenuEvent e) {
            offer(profiles());
          }

          @Override
          public void popupMenuWillBecomeInvisible(PopupMenuEvent e) {
            // What was offered may stay.
          }

          @Override
          public void popupMenuCanceled(PopupMenuEvent e) {
            // What was offered may stay.
          }
        });
  }

  private static Collection<String> profiles() {
    GuiPackage gui = GuiPackage.getInstance();
    return gui == null ? Collections.emptySet() : TrialProfiles.of(gui.getTreeModel()).keySet();
  }

  private void offer(Collection<String> profiles) {
    String typed = getAsText();
    field.removeAllItems();
    field.addItem("");
    profiles.forEach(field::addItem);
    setAsText(typed);
  }

  private JTextComponent text() {
    return (JTextComponent) field.getEditor().getEditorComponent();
  }

  @Override
  public String getAsText() {
    return text().getText();
  }

  @Override
  public void setAsText(String text) {
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
