package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.ChildJvm;
import io.tollgate.testing.Plugin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import javax.swing.JCheckBox;
import javax.swing.JComboBox;
import javax.swing.JLabel;
import javax.swing.JMenuItem;
import org.apache.jmeter.gui.GuiPackage;
import org.apache.jmeter.gui.plugin.MenuCreator;
import org.apache.jmeter.gui.plugin.MenuCreator.MENU_LOCATION;
import org.apache.jmeter.gui.tree.JMeterTreeModel;
import org.apache.jmeter.gui.tree.JMeterTreeNode;
import org.apache.jmeter.protocol.http.control.Header;
import org.apache.jmeter.protocol.http.control.HeaderManager;
import org.apache.jmeter.threads.ThreadGroup;
import org.apache.jmeter.util.JMeterUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Tools menu, and what "Add Tollgate" makes of a plan. */
class TollgateMenuTest {
  private JMeterTreeModel model;

  @BeforeEach
  void start() {
    model = TreeWithoutWindow.open();
  }

  @AfterEach
  void stop() throws ReflectiveOperationException {
    TreeWithoutWindow.close();
  }

  private JMeterTreeNode plan() {
    return (JMeterTreeNode) ((JMeterTreeNode) model.getRoot()).getChildAt(0);
  }

  private List<String> children() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < plan().getChildCount(); i++) {
      names.add(
          ((JMeterTreeNode) plan().getChildAt(i)).getTestElement().getClass().getSimpleName());
    }
    return names;
  }

  /** In the order in which a plan reads best. */
  private static List<String> expected() {
    return Arrays.asList(
        "CredentialConfig", "AuthorizationPreProcessor", "BackoffTimer", "FeedbackPostProcessor");
  }

  @Test
  void jmeterFindsTheMenuAndItsItemsAreInToolsOnly() {
    MenuCreator found = null;
    for (MenuCreator creator : ServiceLoader.load(MenuCreator.class)) {
      found = creator instanceof TollgateMenu ? creator : found;
    }
    assertTrue(found != null, "no service entry");
    for (MENU_LOCATION location : MENU_LOCATION.values()) {
      JMenuItem[] items = found.getMenuItemsAtLocation(location);
      assertEquals(location == MENU_LOCATION.TOOLS ? 5 : 0, items.length, location.name());
    }
    assertEquals(0, found.getTopLevelMenus().length);
  }

  @Test
  void whatAPlanNeedsStandsOnTopOfItAndIsAddedOnce() {
    ThreadGroup group = new ThreadGroup();
    model.insertNodeInto(new JMeterTreeNode(group, model), plan(), 0);
    List<String> withGroup = new ArrayList<>(expected());
    withGroup.add("ThreadGroup");
    assertEquals(expected().size(), PlanElements.add(GuiPackage.getInstance(), false).size());
    assertEquals(withGroup, children());
    assertEquals(0, PlanElements.add(GuiPackage.getInstance(), false).size());
    assertEquals(withGroup, children());
    CredentialConfig credential =
        (CredentialConfig) ((JMeterTreeNode) plan().getChildAt(0)).getTestElement();
    assertEquals(PlanElements.FIRST_PROFILE, credential.getProfile());
    assertEquals("Tollgate Credential", credential.getName());
  }

  @Test
  void aMonitorIsAddedToThemIfItIsWanted() {
    PlanElements.add(GuiPackage.getInstance(), false);
    assertEquals(1, PlanElements.add(GuiPackage.getInstance(), true).size());
    assertEquals(0, PlanElements.add(GuiPackage.getInstance(), true).size());
    assertEquals(1, model.getNodesOfType(TollgateMonitor.class).size());
  }

  @Test
  void theDryRunHasTheServersFlagsAndNoSecretOfTheProfile() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("token_url", "https://login.example/token");
    settings.put("client_secret", "s3cret");
    settings.put("refresh", "late");
    settings.put("slots", "${n}");
    DryRunDialog dialog = new DryRunDialog(Collections.singletonMap("orders", settings));
    assertEquals(
        Arrays.asList(
            "dry-run --threads 50 --seconds 30 -- --lifetime 20s --retry-after seconds".split(" ")),
        dialog.arguments());
    CredentialConfigGuiTest.find(dialog, JComboBox.class, "profile").setSelectedItem("orders");
    CredentialConfigGuiTest.find(dialog, JCheckBox.class, "--revoke-previous").setSelected(true);
    String chosen = String.join(" ", dialog.arguments());
    assertTrue(chosen.contains("-Jtollgate.profile.dry-run.refresh=late --"), chosen);
    assertTrue(chosen.endsWith("--retry-after seconds --revoke-previous"), chosen);
    assertFalse(chosen.contains("s3cret") || chosen.contains("login.example"), chosen);
  }

  @Test
  void anElementThatStandsElsewhereIsEnoughAndNamesTheProfileOfTheOthers() {
    JMeterTreeNode group = new JMeterTreeNode(new ThreadGroup(), model);
    model.insertNodeInto(group, plan(), 0);
    CredentialConfig own = new CredentialConfig();
    own.setProfile("genesys");
    model.insertNodeInto(new JMeterTreeNode(own, model), group, 0);
    List<JMeterTreeNode> all = PlanElements.add(GuiPackage.getInstance(), false);
    assertEquals(3, all.size());
    for (JMeterTreeNode added : all) {
      assertEquals("genesys", added.getTestElement().getPropertyAsString("profile"));
    }
    assertEquals(1, model.getNodesOfType(CredentialConfig.class).size());
  }

  private JMeterTreeNode headers(JMeterTreeNode parent, String... namesAndValues) {
    HeaderManager manager = new HeaderManager();
    manager.setName("recorded");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      manager.add(new Header(namesAndValues[i], namesAndValues[i + 1]));
    }
    JMeterTreeNode node = new JMeterTreeNode(manager, model);
    model.insertNodeInto(node, parent, 0);
    return node;
  }

  @Test
  void recordedHeadersAreFoundByPlaceAndRemovedWithoutTheOthers() {
    ThreadGroup group = new ThreadGroup();
    group.setName("Users");
    JMeterTreeNode users = new JMeterTreeNode(group, model);
    model.insertNodeInto(users, plan(), 0);
    JMeterTreeNode recorded =
        headers(users, "authorization", "Bearer eyJ.of-this.test", "X", "y", "Authorization", "Z");
    JMeterTreeNode live = headers(users, "Authorization", "Bearer ${token}");
    RecordedAuthorization found = RecordedAuthorization.in(model);
    assertEquals(1, found.places().size());
    assertTrue(found.places().get(0).endsWith(" > Users > recorded"), found.places().toString());
    found.remove();
    HeaderManager left = (HeaderManager) recorded.getTestElement();
    assertEquals(1, left.size());
    assertEquals("X", left.get(0).getName());
    assertEquals(1, ((HeaderManager) live.getTestElement()).size());
    assertTrue(RecordedAuthorization.in(model).isEmpty());
  }

  @Test
  void theOpenPlanIsAdoptedInItsPlaceAndOneUndoTakesAllOfItBack() throws Exception {
    String told =
        ChildJvm.start(
                AdoptedInTheGui.class,
                "-Djava.awt.headless=true",
                System.getProperty("tollgate.test.jmeter"),
                TollgateMenuTest.class.getResource("/io/tollgate/cli/adoptable.jmx").getPath())
            .finish();
    String before = "Plan [Users [login [token []], headers [], api []]]";
    String after =
        "Plan [Tollgate Credential [], Users [Tollgate Authorization [], Tollgate Feedback [],"
            + " api []]]";
    for (String line :
        new String[] {
          "open: " + before,
          "report: Plan > Users > login: Tollgate gets this token, as profile 'default'",
          "adopted: " + after,
          "can be undone: true, unsaved: true",
          "undone: " + before,
          "again: false"
        }) {
      assertTrue(told.contains(line + "\n"), line + " is not in:\n" + told);
    }
  }

  @Test
  void theProfilesToCheckAreThoseOfPropertiesAndOfThePlan() {
    String name = Plugin.newName();
    JMeterUtils.setProperty("tollgate.profile." + name + ".client_id", "x");
    CredentialConfig own = new CredentialConfig();
    own.setName("Tollgate Credential");
    own.setProfile("of-the-plan");
    own.setSettings(Collections.singletonMap("client_id", "y"));
    model.insertNodeInto(new JMeterTreeNode(own, model), plan(), 0);
    CredentialConfig off = new CredentialConfig();
    off.setProfile("disabled");
    off.setEnabled(false);
    model.insertNodeInto(new JMeterTreeNode(off, model), plan(), 0);
    CredentialConfig both = new CredentialConfig();
    String common = Plugin.newName();
    both.setName("Orders");
    both.setProfile(common);
    JMeterUtils.setProperty("tollgate.profile." + common + ".client_id", "x");
    model.insertNodeInto(new JMeterTreeNode(both, model), plan(), 0);
    Map<String, Map<String, String>> profiles = TrialProfiles.of(model);
    assertEquals(Collections.emptyMap(), profiles.get(name));
    assertEquals(Collections.singletonMap("client_id", "y"), profiles.get("of-the-plan"));
    assertTrue(!profiles.containsKey("disabled"), profiles.keySet().toString());
    CheckDialog dialog = new CheckDialog(profiles, TrialProfiles.places(model));
    JComboBox<?> names = CredentialConfigGuiTest.find(dialog, JComboBox.class, "profiles");
    JLabel place = CredentialConfigGuiTest.find(dialog, JLabel.class, "place");
    String properties = "the properties tollgate.profile.";
    names.setSelectedItem(name);
    assertEquals("Defined by " + properties + name + ".…", place.getText());
    names.setSelectedItem("of-the-plan");
    String tree = "Defined by " + plan().getName() + " > ";
    assertEquals(tree + "Tollgate Credential", place.getText());
    names.setSelectedItem(common);
    assertEquals(tree + "Orders; " + properties + common + ".… beat it", place.getText());
  }
}
