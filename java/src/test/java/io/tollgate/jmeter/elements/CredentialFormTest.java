package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.TollgateException;
import io.tollgate.run.JvmEngine;
import io.tollgate.testing.Plugin;
import java.awt.Container;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.swing.JButton;
import javax.swing.JCheckBox;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JTable;
import javax.swing.text.JTextComponent;
import org.junit.jupiter.api.Test;

/** The form shows and marks what a profile needs, and hides nothing that is set. */
class CredentialFormTest extends CredentialFormCase {
  private List<String> keys(Function<SettingField, Boolean> chosen) {
    return form.every().stream()
        .filter(chosen::apply)
        .map(SettingField::key)
        .collect(Collectors.toList());
  }

  private static List<String> words(String key) {
    return new ArrayList<>(KnownSettings.named(key).words());
  }

  /** Good values, as the engine needs them. */
  private static Map<String, String> good() throws Exception {
    Map<String, String> values = new HashMap<>();
    byte[] key = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate().getEncoded();
    String pem = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key);
    String text = "-----BEGIN PRIVATE KEY-----\n" + pem + "\n-----END PRIVATE KEY-----\n";
    // The key file of a service account, which names its owner.
    values.put(
        "private_key",
        "{\"private_key\": \""
            + text.replace("\n", "\\n")
            + "\", \"client_email\": \"bot@example.com\"}");
    values.put("token_url", "https://login.example.com/token");
    values.put("region", "eu-west-1");
    values.put("host", "login.example.com");
    return values;
  }

  @Test
  void withEveryPresetAndGrantTheMarkedFieldsAreEnoughForTheEngineAndNoneCanBeLeftOut()
      throws Exception {
    Map<String, String> good = good();
    List<String> presets = words("preset");
    presets.add("");
    int tried = 0;
    for (String preset : presets) {
      List<String> grants = words("grant");
      grants.add("");
      for (String grant : grants) {
        if (!grant.isEmpty() && hasParametersOfItsGrant(preset)) {
          continue;
        }
        Map<String, String> choices = settings("preset", preset, "grant", grant);
        form.show("mine", choices);
        String where = preset + ", " + grant;
        List<String> marked = keys(SettingField::isRequired);
        for (String key : marked) {
          assertTrue(isShown(key), where + ": " + key);
          field(key).show(good.getOrDefault(key, "access_token"));
        }
        assertEquals(marked, keys(SettingField::isRequired), where + ": filled in");
        Map<String, String> values = form.values();
        assertEquals("", refusal(values), where);
        for (String key : marked) {
          Map<String, String> without = new LinkedHashMap<>(values);
          without.remove(key);
          // The client is missed when its token is asked for.
          assertTrue(
              key.equals("client_id") || refusal(without).contains(" is missing; "),
              where + " without " + key + ": " + refusal(without));
          tried++;
        }
      }
    }
    assertTrue(tried > 400, "tried " + tried);
  }

  /** What such a server requires is for its own grant; others may refuse it. */
  private static boolean hasParametersOfItsGrant(String preset) {
    return SettingsTable.rows("required").stream().anyMatch(cells -> cells[0].equals(preset));
  }

  /** What the engine says of these settings; empty if they are good. */
  private static String refusal(Map<String, String> values) {
    try {
      JvmEngine.get().open(Plugin.newName(), Collections.singletonMap("element", values), false);
      return "";
    } catch (TollgateException e) {
      return e.getMessage();
    }
  }

  @Test
  void everySettingHasALabelOfItsOwnAndItsNameInTheTooltip() {
    Set<String> labels = new TreeSet<>();
    for (SettingField field : form.every()) {
      assertTrue(labels.add(field.name()), field.name() + " twice");
      assertFalse(field.name().contains("_"), field.name());
      assertEquals(field.component(), field.label().getLabelFor());
      assertEquals(field.name(), field.component().getAccessibleContext().getAccessibleName());
      for (JComponent part : new JComponent[] {field.component(), field.label()}) {
        assertTrue(part.getToolTipText().contains("<b>" + field.key() + "</b>"), field.key());
      }
    }
    List<String> reached = keys(field -> true);
    for (KnownSetting setting : KnownSettings.all()) {
      boolean isField = reached.contains(setting.key());
      assertTrue(isField || setting.isFamily() && labels.add(setting.label()), setting.key());
    }
    assertTrue(labels.size() >= KnownSettings.all().size(), "labels");
  }

  @Test
  void whatIsSetIsShownWhateverIsChosen() {
    for (String grant : words("grant")) {
      for (KnownSetting setting : KnownSettings.all()) {
        if (setting.isFamily() || setting.key().equals("grant")) {
          continue;
        }
        String value = setting.words().isEmpty() ? "1" : setting.words().get(0);
        show("grant", grant, setting.key(), value);
        assertTrue(isShown(setting.key()), grant + ": " + setting.key());
        assertEquals(value, form.values().get(setting.key()));
      }
    }
    show("api_header.X", "1", "unheard_of", "2");
    JTable others = CredentialConfigGuiTest.find(form, JTable.class, "other settings");
    assertTrue(isShown(others, form));
    assertEquals("API request header", others.getValueAt(0, 1));
    assertEquals(settings("api_header.X", "1", "unheard_of", "2"), form.values());
  }

  @Test
  void theRestIsFoldedAndStaysThereWhileItIsTyped() {
    show("preset", "keycloak");
    List<String> above = keys(field -> isShown(field.key()));
    assertEquals(
        Arrays.asList("preset", "host", "tenant", "grant", "client_id", "client_secret"),
        above.stream()
            .filter(key -> !key.equals("client_auth") && !key.equals("scope"))
            .collect(Collectors.toList()));
    JButton more = CredentialConfigGuiTest.find(form, JButton.class, "more");
    assertTrue(more.getText().startsWith("More settings ("), more.getText());
    toggle();
    assertEquals("Fewer settings", more.getText());
    for (KnownSetting setting : KnownSettings.all()) {
      assertTrue(setting.isFamily() || isShown(setting.key()), setting.key());
    }
    Container place = field("proxy").component().getParent();
    field("proxy").show("none");
    ((JComboBox<?>) field("dpop").component()).setSelectedItem("true");
    ((JComboBox<?>) field("grant").component()).setSelectedItem("login"); // a choice arranges
    assertEquals(place, field("proxy").component().getParent(), "where it was typed");
    toggle();
    assertTrue(isShown("proxy") && isShown("dpop"), "set");
    assertFalse(isShown("ca_file"), "not set");
    assertNotEquals(place, field("proxy").component().getParent());
  }

  @Test
  void aChoiceChangesWhatIsShownAndKeepsTheFocusedField() {
    show("preset", "keycloak");
    Container place = field("grant").component().getParent();
    ((JComboBox<?>) field("grant").component()).setSelectedItem("password");
    assertTrue(isShown("username") && field("username").isRequired());
    assertEquals(place, field("grant").component().getParent());
    ((JComboBox<?>) field("grant").component()).setSelectedItem("jwt_bearer");
    assertFalse(isShown("username"));
    assertTrue(field("private_key").isRequired() && isShown("assertion"));
    assertTrue(
        field("private_key").label().getToolTipText().contains("one of: Assertion"),
        field("private_key").label().getToolTipText());
    field("assertion").show("file:assertion.jwt");
    assertTrue(field("assertion").isRequired() && !field("private_key").isRequired());
    ((JComboBox<?>) field("grant").component()).setSelectedItem("${__P(grant)}");
    assertFalse(field("private_key").isRequired(), "only a run knows the grant");
    assertTrue(isShown("assertion"), "set");
  }

  @Test
  void aTypedChoiceCountsAsSoonAsItIsAWordAndNotBefore() {
    JTextComponent typed = ((Placeholder.Choice) field("grant").component()).text();
    typed.setText("passw");
    assertFalse(isShown("username"));
    assertTrue(isShown("token_url") && field("client_id").isRequired(), "as before");
    typed.setText("password");
    assertTrue(isShown("username") && field("username").isRequired());
    typed.setText("password?");
    assertFalse(isShown("username"), "no word begins so");
    assertFalse(field("client_id").isRequired());
    show();
    assertEquals(Collections.emptyMap(), form.values(), "it is not the next element's");
  }

  @Test
  void anotherLookChangesNothingOfThat() throws Exception {
    inMetal(this::aTypedChoiceCountsAsSoonAsItIsAWordAndNotBefore);
  }

  @Test
  void aParameterThatAServerRequiresHasAFieldWhileThatServerIsChosen() {
    show("preset", "zoom", "token_param.account_id", "a1", "token_param.other", "o");
    SettingField account = field("token_param.account_id");
    assertTrue(account.isRequired() && isShown(account.key()));
    assertEquals("Account ID", account.name());
    assertEquals("a1", account.value());
    JTable others = CredentialConfigGuiTest.find(form, JTable.class, "other settings");
    assertEquals(1, others.getRowCount());
    Map<String, String> all =
        settings("preset", "zoom", "token_param.account_id", "a1", "token_param.other", "o");
    assertEquals(all, form.values());
    ((JComboBox<?>) field("preset").component()).setSelectedItem("generic");
    assertFalse(isShown(account.key()));
    assertEquals(2, others.getRowCount());
    all.put("preset", "generic");
    assertEquals(all, form.values());
    ((JComboBox<?>) field("preset").component()).setSelectedItem("zoom");
    assertEquals("a1", account.value());
    assertEquals(1, others.getRowCount());
    form.clear();
    assertEquals(Collections.emptyMap(), form.values());
  }

  @Test
  void aSwitchShowsTheNamesOfSettings() {
    JCheckBox names = CredentialConfigGuiTest.find(form, JCheckBox.class, "setting names");
    show("preset", "keycloak");
    assertEquals("Server host *", field("host").label().getText());
    names.doClick(0);
    assertEquals("host *", field("host").label().getText());
    assertEquals("client_auth", field("client_auth").label().getText());
    names.doClick(0);
    assertEquals("Server host *", field("host").label().getText());
  }
}
