package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.weisj.darklaf.theme.Theme;
import io.tollgate.TollgateException;
import io.tollgate.run.JvmEngine;
import io.tollgate.testing.Plugin;
import java.awt.Color;
import java.awt.Component;
import java.awt.Container;
import java.awt.event.MouseEvent;
import java.awt.image.BufferedImage;
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
import javax.swing.AbstractButton;
import javax.swing.JButton;
import javax.swing.JCheckBox;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JTable;
import javax.swing.JTextField;
import javax.swing.LookAndFeel;
import javax.swing.SwingUtilities;
import javax.swing.UIManager;
import javax.swing.plaf.metal.MetalLookAndFeel;
import javax.swing.text.JTextComponent;
import org.apache.jmeter.util.JMeterUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The form shows and marks what a profile needs, hides nothing that is set, and has a word for all.
 */
class CredentialFormTest {
  private CredentialForm form;

  @BeforeEach
  void start() {
    Plugin.ready();
    JMeterUtils.setJMeterHome(System.getProperty("tollgate.test.jmeter"));
    form = new CredentialForm(new JPanel());
  }

  private static Map<String, String> settings(String... keysAndValues) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      settings.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return settings;
  }

  private void show(String... keysAndValues) {
    form.show("mine", settings(keysAndValues));
  }

  private SettingField field(String key) {
    return form.every().stream().filter(field -> field.key().equals(key)).findFirst().get();
  }

  /** Whether the form shows it, without the fold. */
  private static boolean isShown(JComponent component, Container in) {
    for (Component at = component; at != in; at = at.getParent()) {
      if (at == null || !at.isVisible()) {
        return false;
      }
    }
    return true;
  }

  private boolean isShown(String key) {
    SettingField field = field(key);
    boolean shown = isShown(field.component(), form);
    assertEquals(shown, isShown(field.label(), form), key + " and its label");
    return shown;
  }

  private List<String> keys(Function<SettingField, Boolean> chosen) {
    return form.every().stream()
        .filter(chosen::apply)
        .map(SettingField::key)
        .collect(Collectors.toList());
  }

  private void toggle() {
    CredentialConfigGuiTest.find(form, JButton.class, "more").doClick(0);
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
    LookAndFeel before = UIManager.getLookAndFeel();
    try {
      UIManager.setLookAndFeel(new MetalLookAndFeel());
      SwingUtilities.updateComponentTreeUI(form);
      aTypedChoiceCountsAsSoonAsItIsAWordAndNotBefore();
      whatAPresetBringsIsGreyedUntilSomethingElseIsSet();
    } finally {
      UIManager.setLookAndFeel(before);
    }
  }

  @Test
  void whatAPresetBringsIsGreyedUntilSomethingElseIsSet() {
    show("preset", "google");
    assertEquals("oauth2.googleapis.com", standard("host"));
    assertEquals("https://oauth2.googleapis.com/token", standard("token_url"));
    assertEquals("jwt_bearer", standard("grant"));
    assertEquals("1m", standard("assertion_lifetime"));
    show("preset", "entra", "tenant", "acme");
    assertEquals("client_secret_post", standard("client_auth"));
    assertEquals("https://login.microsoftonline.com/acme/oauth2/v2.0/token", standard("token_url"));
    field("private_key").show("file:key.pem");
    assertEquals("", standard("client_auth"), "it is private_key_jwt then");
    show("preset", "microsoft_graph");
    assertEquals("https://graph.microsoft.com/.default", standard("scope"));
    show("preset", "zoom");
    assertEquals("account_credentials", standard("grant_type"));
    assertTrue(isShown("grant_type"));
    show();
    assertEquals("client_credentials", standard("grant"));
    assertEquals("", standard("scope"));
    assertFalse(form.values().containsKey("grant"), "greyed is not set");
  }

  private String standard(String key) {
    return Placeholder.of(field(key).component());
  }

  @Test
  void aBlankFieldIsDrawnWithWhatCountsAndAFilledOneIsNot() throws Exception {
    for (String key : new String[] {"host", "client_secret", "grant"}) {
      JComponent drawn = field(key).component();
      Placeholder.show(drawn, "");
      BufferedImage blank = Forms.draw(drawn);
      Placeholder.show(drawn, "oauth2.example.com");
      BufferedImage greyed = Forms.draw(drawn);
      assertTrue(differ(blank, greyed), key + " shows what counts");
      field(key).show("x");
      BufferedImage filled = Forms.draw(drawn);
      Placeholder.show(drawn, "");
      assertFalse(differ(filled, Forms.draw(drawn)), key + " shows its own text alone");
    }
  }

  @Test
  void whatIsGreyedCanBeReadInEachLook() throws Exception {
    LookAndFeel before = UIManager.getLookAndFeel();
    try {
      for (Map.Entry<String, Theme> look : Forms.looks().entrySet()) {
        Forms.ready(look.getValue());
        JTextField field = new JTextField();
        Color grey = Contrast.palest(field.getForeground(), field.getBackground());
        double contrast = Contrast.ratio(grey, field.getBackground());
        assertTrue(contrast >= 4.5, look.getKey() + ": " + contrast);
      }
    } finally {
      UIManager.setLookAndFeel(before);
    }
    assertEquals(21, Contrast.ratio(Color.BLACK, Color.WHITE), 0.01, "WCAG 2.1");
  }

  private static boolean differ(BufferedImage one, BufferedImage other) {
    for (int y = 0; y < one.getHeight(); y++) {
      for (int x = 0; x < one.getWidth(); x++) {
        if (one.getRGB(x, y) != other.getRGB(x, y)) {
          return true;
        }
      }
    }
    return false;
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

  @Test
  void eachButtonAndTheFirstFieldsHaveAKeyOfTheirOwn() {
    show("preset", "keycloak");
    Set<Integer> keys = new TreeSet<>();
    List<String> without = new ArrayList<>();
    for (SettingField field : form.every()) {
      int key = field.label().getDisplayedMnemonic();
      if (isShown(field.key())) {
        assertTrue(key == 0 || keys.add(key), field.name() + " has the key of another");
        if (key == 0) {
          without.add(field.name());
        }
      }
    }
    assertTrue(without.size() <= 1, "no key: " + without);
    for (String button : new String[] {"more", "fill in from", "setting names"}) {
      int key = CredentialConfigGuiTest.find(form, AbstractButton.class, button).getMnemonic();
      assertTrue(key != 0 && keys.add(key), button);
    }
  }

  @Test
  void aScreenReaderHearsTheLabelOfEachField() throws Exception {
    for (SettingField field : form.every()) {
      assertEquals(field.name(), field.component().getAccessibleContext().getAccessibleName());
      if (field.component() instanceof Placeholder.Choice) {
        JTextComponent within = ((Placeholder.Choice) field.component()).text();
        assertEquals(field.name(), within.getAccessibleContext().getAccessibleName());
      }
    }
  }
}
