package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.ChildJvm;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import io.tollgate.testing.Until;
import java.awt.Component;
import java.awt.Container;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.swing.JButton;
import javax.swing.JComboBox;
import javax.swing.JLabel;
import javax.swing.JPasswordField;
import javax.swing.JTable;
import javax.swing.SwingUtilities;
import javax.swing.text.JTextComponent;
import org.apache.jmeter.save.SaveService;
import org.apache.jmeter.testelement.TestElement;
import org.apache.jmeter.util.JMeterUtils;
import org.apache.jorphan.collections.HashTree;
import org.apache.jorphan.collections.ListedHashTree;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The form: what is typed is what is kept, what is secret is not shown, and it can be tried. */
class CredentialConfigGuiTest {
  @BeforeEach
  void start() {
    Plugin.ready();
    JMeterUtils.setJMeterHome(System.getProperty("tollgate.test.jmeter"));
  }

  static <T extends Component> T find(Container in, Class<T> type, String name) {
    for (Component child : in.getComponents()) {
      if (type.isInstance(child) && name.equals(child.getName())) {
        return type.cast(child);
      }
      T found = child instanceof Container ? find((Container) child, type, name) : null;
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static CredentialConfig element(String profile, Map<String, String> settings) {
    CredentialConfig element = new CredentialConfig();
    element.setName("mine");
    element.setProfile(profile);
    element.setSettings(settings);
    return element;
  }

  private static Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("preset", "genesys_cloud");
    settings.put("region", "ap-southeast-2");
    settings.put("client_id", "${__P(id)}");
    settings.put("client_secret", "s3cret & <more>");
    settings.put("refresh_margin", "2m");
    settings.put("token_header.X-Org", "acme");
    settings.put("pool", "4");
    return settings;
  }

  @Test
  void whatIsShownIsWhatIsKept() {
    CredentialConfigGui gui = new CredentialConfigGui();
    gui.configure(element("genesys", settings()));
    CredentialConfig kept = (CredentialConfig) gui.createTestElement();
    assertEquals("genesys", kept.getProfile());
    assertEquals(settings(), new TreeMap<>(kept.getSettings()));
    assertEquals("mine", kept.getName());
    assertEquals(
        CredentialConfigGui.class.getName(), kept.getPropertyAsString(TestElement.GUI_CLASS));
  }

  @Test
  void aClearedFormIsEmptyAndKeepsNothingForTheNextElement() {
    CredentialConfigGui gui = new CredentialConfigGui();
    gui.configure(element("genesys", settings()));
    find(gui, JPasswordField.class, "client_secret").setText("");
    CredentialConfig kept = element("genesys", settings());
    gui.modifyTestElement(kept);
    assertFalse(kept.getSettings().containsKey("client_secret"));
    gui.clearGui();
    CredentialConfig fresh = (CredentialConfig) gui.createTestElement();
    assertEquals("", fresh.getProfile());
    assertTrue(fresh.getSettings().isEmpty(), fresh.getSettings().toString());
    assertEquals("Tollgate Credential", fresh.getName());
  }

  @Test
  void aSecretIsMaskedAndTheNameOfItsPlaceIsNot() {
    CredentialConfigGui gui = new CredentialConfigGui();
    Map<String, String> settings = settings();
    gui.configure(element("genesys", settings));
    JPasswordField secret = find(gui, JPasswordField.class, "client_secret");
    assertNotEquals(0, secret.getEchoChar());
    secret.setText("env:SECRET");
    assertEquals(0, secret.getEchoChar());
    secret.setText("typed");
    assertNotEquals(0, secret.getEchoChar());
    JTable others = find(gui, JTable.class, "other settings");
    for (int row = 0; row < others.getRowCount(); row++) {
      Component cell = others.prepareRenderer(others.getCellRenderer(row, 2), row, 2);
      String shown = ((javax.swing.JLabel) cell).getText();
      boolean secretRow = "token_header.X-Org".equals(others.getValueAt(row, 0));
      assertEquals(!secretRow, shown.equals(others.getValueAt(row, 2)), shown);
    }
  }

  @Test
  void everySettingCanBeReachedAndWordsAndRegionsCanBeChosen() {
    CredentialConfigGui gui = new CredentialConfigGui();
    JTable others = find(gui, JTable.class, "other settings");
    JComboBox<?> keys =
        (JComboBox<?>)
            others
                .getColumnModel()
                .getColumn(0)
                .getCellEditor()
                .getTableCellEditorComponent(others, "", false, 0, 0);
    List<String> reached = new ArrayList<>();
    for (int i = 0; i < keys.getItemCount(); i++) {
      reached.add(keys.getItemAt(i).toString());
    }
    for (KnownSetting setting : KnownSettings.all()) {
      Component field = find(gui, Component.class, setting.key());
      assertTrue(field != null ^ reached.contains(setting.key()), setting.key());
    }
    assertTrue(KnownSettings.all().size() > 50, "settings");
    assertEquals(
        KnownSettings.regions().size() + 1,
        find(gui, JComboBox.class, "region").getItemCount(),
        "regions and blank");
    assertTrue(KnownSettings.regions().contains("ap-southeast-2"));
    assertEquals("password", find(gui, JComboBox.class, "grant").getItemAt(2));
  }

  @Test
  void aPlanFileKeepsAllOfIt() throws Exception {
    CredentialConfigGui gui = new CredentialConfigGui();
    gui.configure(element("genesys", settings()));
    HashTree tree = new ListedHashTree();
    tree.add(gui.createTestElement());
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    SaveService.saveTree(tree, file);
    String text = new String(file.toByteArray(), StandardCharsets.UTF_8);
    assertTrue(text.contains("<io.tollgate.jmeter.elements.CredentialConfig "), text);
    java.nio.file.Path path = java.nio.file.Files.createTempFile("plan", ".jmx");
    try {
      java.nio.file.Files.write(path, file.toByteArray());
      CredentialConfig read = (CredentialConfig) SaveService.loadTree(path.toFile()).getArray()[0];
      assertEquals("genesys", read.getProfile());
      assertEquals(settings(), new TreeMap<>(read.getSettings()));
    } finally {
      java.nio.file.Files.delete(path);
    }
  }

  @Test
  void itTravelsToARemoteEngine() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (java.io.ObjectOutputStream out = new java.io.ObjectOutputStream(bytes)) {
      out.writeObject(element("genesys", settings()));
    }
    try (java.io.ObjectInputStream in =
        new java.io.ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      CredentialConfig read = (CredentialConfig) in.readObject();
      assertEquals(settings(), new TreeMap<>(read.getSettings()));
    }
  }

  @Test
  void theButtonTellsWhatCameOfIt() throws Exception {
    try (TokenServer server = new TokenServer()) {
      Map<String, String> settings = new TreeMap<>();
      server.settings().forEach((key, value) -> settings.put(key, value.toString()));
      CredentialConfigGui gui = new CredentialConfigGui();
      String name = Plugin.newName();
      gui.configure(element(name, settings));
      server.hold();
      String asking = click(gui);
      assertEquals(Text.ASKING.of(), asking, "it does not wait on the event thread");
      server.release();
      String words = outcome(gui);
      assertTrue(words.contains("a token was fetched") && words.contains("lives: 60 min"), words);
      assertFalse(words.contains(server.token(1)), words);
      JLabel verdict = find(gui, JLabel.class, "verdict");
      assertEquals(Text.TOKEN_RECEIVED.of(), verdict.getText());

      server.answerWith(401);
      SwingUtilities.invokeAndWait(
          () -> find(gui, JTextComponent.class, "client_id").setText("nobody"));
      assertTrue(verdict.getText().contains("other fields than now"), verdict.getText());
      click(gui);
      String refused = outcome(gui);
      assertTrue(refused.startsWith("CREDENTIAL_REJECTED"), refused);
      assertTrue(refused.contains("no such client"), refused);
      assertEquals(Text.NO_TOKEN_RECEIVED.of(), verdict.getText());
    }
  }

  @Test
  void aSecondClickEndsTheWait() throws Exception {
    try (TokenServer server = new TokenServer()) {
      Map<String, String> settings = new TreeMap<>();
      server.settings().forEach((key, value) -> settings.put(key, value.toString()));
      CredentialConfigGui gui = new CredentialConfigGui();
      gui.configure(element(Plugin.newName(), settings));
      server.hold();
      click(gui);
      Until.holds("it asks", () -> server.requests() == 1);
      click(gui);
      assertTrue(outcome(gui).startsWith("STOPPED"));
    }
  }

  @Test
  void aVariableOfARunIsNotSentToTheServer() throws Exception {
    try (TokenServer server = new TokenServer()) {
      Map<String, String> settings = new TreeMap<>();
      server.settings().forEach((key, value) -> settings.put(key, value.toString()));
      settings.put("client_id", "${id_of_this_plan}");
      CredentialConfigGui gui = new CredentialConfigGui();
      gui.configure(element(Plugin.newName(), settings));
      click(gui);
      assertTrue(outcome(gui).startsWith("Client ID holds a variable"));
      assertEquals(0, server.requests());
      find(gui, JTextComponent.class, "client_id").setText("${__P(tollgate.test.id,demo)}");
      click(gui);
      assertTrue(outcome(gui).contains("a token was fetched"));
    }
  }

  /** Beside the token and beside a refusal: what keeps a run from sharing is seen in both. */
  @Test
  void aStoreThatIsOfNoUseIsShown() throws Exception {
    try (TokenServer server = new TokenServer()) {
      Map<String, String> settings = new TreeMap<>();
      server.settings().forEach((key, value) -> settings.put(key, value.toString()));
      String nobody = "redis://127.0.0.1:1"; // no program listens there by chance
      settings.put("store", nobody);
      CredentialConfigGui gui = new CredentialConfigGui();
      gui.configure(element(Plugin.newName(), settings));
      String store = "\nstore " + nobody + ": it can't be reached";
      click(gui);
      String fetched = outcome(gui);
      assertTrue(fetched.contains("a token was fetched") && fetched.contains(store), fetched);
      server.answerWith(401);
      click(gui);
      String refused = outcome(gui);
      assertTrue(refused.contains("CREDENTIAL_REJECTED") && refused.contains(store), refused);
    }
  }

  /** On the event thread; what is shown right after. */
  private static String click(CredentialConfigGui gui) throws Exception {
    String[] shown = new String[1];
    SwingUtilities.invokeAndWait(
        () -> {
          find(gui, JButton.class, "fetch").doClick(0);
          shown[0] = find(gui, JTextComponent.class, "outcome").getText();
        });
    return shown[0];
  }

  private static String outcome(CredentialConfigGui gui) throws Exception {
    JButton button = find(gui, JButton.class, "fetch");
    Until.holds("an outcome", () -> button.getText().equals(Text.FETCH.of()));
    String[] shown = new String[1];
    SwingUtilities.invokeAndWait(
        () -> shown[0] = find(gui, JTextComponent.class, "outcome").getText());
    return shown[0];
  }

  @Test
  void withoutTheNativeLibraryAPlanCanBeEditedAndTheButtonReportsWhy() throws Exception {
    String output =
        ChildJvm.start(
                WithoutLibrary.class,
                "-Dos.arch=pdp11",
                "-Djava.awt.headless=true",
                System.getProperty("tollgate.test.jmeter"))
            .finish();
    assertTrue(output.contains("kept {client_id=x}"), output);
    assertTrue(output.contains("NATIVE_UNAVAILABLE"), output);
    assertTrue(output.contains("linux-pdp11"), output);
  }

  /** The form in a JVM whose platform has no library. */
  public static final class WithoutLibrary {
    private WithoutLibrary() {}

    public static void main(String[] arguments) throws Exception {
      JMeterUtils.loadJMeterProperties(arguments[0] + "/bin/jmeter.properties");
      JMeterUtils.setJMeterHome(arguments[0]);
      CredentialConfigGui gui = new CredentialConfigGui();
      find(gui, JTextComponent.class, "profile").setText("mine");
      find(gui, JTextComponent.class, "client_id").setText("x");
      CredentialConfig kept = (CredentialConfig) gui.createTestElement();
      System.out.println("kept " + kept.getSettings());
      click(gui);
      System.out.println(outcome(gui));
    }
  }
}
