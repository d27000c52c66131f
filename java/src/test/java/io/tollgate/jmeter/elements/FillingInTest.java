package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.event.MouseEvent;
import javax.swing.JButton;
import javax.swing.JComboBox;
import javax.swing.JLabel;
import javax.swing.JTable;
import javax.swing.SwingUtilities;
import javax.swing.text.JTextComponent;
import org.junit.jupiter.api.Test;

/**
 * What is typed, pasted and added is judged beside its field, and kept out of the plan if it is
 * secret.
 */
class FillingInTest extends CredentialFormCase {
  @Test
  void aWrongValueIsSaidBelowItsFieldAndPutRightAtOnce() throws Exception {
    SettingField url = field("token_url");
    JLabel problem = CredentialConfigGuiTest.find(url.hint(), JLabel.class, "problem of token_url");
    SwingUtilities.invokeAndWait(
        () -> {
          ((JTextComponent) url.component()).setText("l");
          assertFalse(url.hint().isVisible(), "not while it is typed");
        });
    SwingUtilities.invokeAndWait(url::check);
    assertTrue(isShown(problem, form), "when its user stops");
    assertTrue(problem.getText().contains("A whole URL"), problem.getText());
    SwingUtilities.invokeAndWait(
        () -> {
          ((JTextComponent) url.component()).setText("https://login.example.com/token");
          assertFalse(url.hint().isVisible(), "right at once");
        });
    show("token_url", "http://login.example.com/token");
    assertTrue(url.hint().isVisible(), "what a plan has is judged too");
    show("token_url", "http://login.example.com/token", "allow_http", "true");
    url.check();
    assertFalse(url.hint().isVisible(), "it was allowed");
  }

  @Test
  void aTypedSecretOffersToLeaveThePlan() {
    SettingField secret = field("client_secret");
    JButton offer =
        CredentialConfigGuiTest.find(secret.hint(), JButton.class, "offer for client_secret");
    show("client_secret", "env:SECRET");
    assertFalse(isShown(offer, form));
    show("client_secret", "${secret}");
    assertFalse(isShown(offer, form));
    show("client_secret", "hunter2");
    assertTrue(isShown(offer, form));
    offer.doClick(0);
    assertEquals("env:MINE_CLIENT_SECRET", form.values().get("client_secret"));
    assertFalse(isShown(offer, form));
    JLabel note = CredentialConfigGuiTest.find(form, JLabel.class, "note");
    assertTrue(note.isVisible() && note.getText().contains("MINE_CLIENT_SECRET"), note.getText());
    assertFalse(note.getText().contains("hunter2"));
    show();
    assertFalse(note.isVisible());
  }

  @Test
  void addingASettingBeginsToEditIt() {
    toggle();
    JTable others = CredentialConfigGuiTest.find(form, JTable.class, "other settings");
    CredentialConfigGuiTest.find(form, JButton.class, "add a setting").doClick(0);
    assertEquals(1, others.getRowCount());
    assertTrue(others.isEditing() && others.getEditingRow() == 0 && others.getEditingColumn() == 0);
    JComboBox<?> names = (JComboBox<?>) others.getEditorComponent();
    assertTrue(names.getItemCount() > 5, "the names there are");
    names.setSelectedItem("api_header.X");
    assertTrue(others.editCellAt(0, 2));
    ((JTextComponent) others.getEditorComponent()).setText("1");
    assertEquals(settings("api_header.X", "1"), form.values());
    MouseEvent click = new MouseEvent(others, MouseEvent.MOUSE_PRESSED, 0, 0, 1, 1, 1, false);
    assertTrue(others.getCellEditor(0, 0).isCellEditable(click), "one click is enough");
  }

  @Test
  void changesOfTheUserAreTold() {
    int[] told = new int[1];
    form.onChange(() -> told[0]++);
    show("preset", "keycloak", "host", "a");
    assertEquals(0, told[0], "that was no user");
    ((JTextComponent) field("host").component()).setText("b");
    assertTrue(told[0] > 0);
    int before = told[0];
    CredentialConfigGuiTest.find(form, JTextComponent.class, "profile").setText("other");
    assertTrue(told[0] > before);
  }

  @Test
  void aConfigurationOfAnotherToolFillsTheFields() {
    show("scope", "mine", "region", "eu-west-1");
    form.fill("TOKEN_URL=https://login.example.com/t\nCLIENT_ID=load\nCLIENT_SECRET=hunter2");
    assertEquals(
        settings(
            "token_url", "https://login.example.com/t",
            "client_id", "load",
            "client_secret", "hunter2",
            "scope", "mine"),
        form.values());
    JLabel note = CredentialConfigGuiTest.find(form, JLabel.class, "note");
    assertEquals("Filled in: Token URL, Client ID, Client secret.", note.getText());
    assertTrue(
        CredentialConfigGuiTest.find(form, JButton.class, "offer for client_secret").isVisible(),
        "it is in the plan as it is");
    form.fill("hello");
    assertTrue(note.getText().startsWith("Nothing was filled in"), note.getText());
    assertEquals("load", form.values().get("client_id"));
  }
}
