package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.Plugin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.swing.JComboBox;
import org.apache.jmeter.gui.tree.JMeterTreeModel;
import org.apache.jmeter.gui.tree.JMeterTreeNode;
import org.apache.jmeter.testbeans.gui.TestBeanGUI;
import org.apache.jmeter.testelement.TestElement;
import org.apache.jmeter.util.JMeterUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Profile field of each element offers the profiles there are, and keeps what is typed. */
class ProfileEditorTest {
  private static final List<Class<?>> ELEMENTS =
      Arrays.asList(
          AuthorizationPreProcessor.class, FeedbackPostProcessor.class, BackoffTimer.class);

  private JMeterTreeModel model;

  @BeforeEach
  void start() {
    model = TreeWithoutWindow.open();
  }

  @AfterEach
  void stop() throws ReflectiveOperationException {
    TreeWithoutWindow.close();
  }

  private CredentialConfig credential(String profile) {
    CredentialConfig element = new CredentialConfig();
    element.setProfile(profile);
    element.setSettings(Collections.singletonMap("client_id", "x"));
    JMeterTreeNode plan = (JMeterTreeNode) ((JMeterTreeNode) model.getRoot()).getChildAt(0);
    model.insertNodeInto(new JMeterTreeNode(element, model), plan, 0);
    return element;
  }

  private static TestElement element(Class<?> type, String profile) throws Exception {
    TestElement element = (TestElement) type.getDeclaredConstructor().newInstance();
    element.setName("mine");
    element.setProperty("profile", profile);
    return element;
  }

  private static List<String> offered(JComboBox<?> field) {
    List<String> offered = new ArrayList<>();
    for (int i = 0; i < field.getItemCount(); i++) {
      offered.add(String.valueOf(field.getItemAt(i)));
    }
    return offered;
  }

  @Test
  void itOffersTheProfilesOfThePlanAndOfPropertiesAsTheyAreNow() throws Exception {
    String ofProperties = Plugin.newName();
    JMeterUtils.setProperty("tollgate.profile." + ofProperties + ".client_id", "x");
    CredentialConfig genesys = credential("genesys");
    credential("off").setEnabled(false);
    for (Class<?> type : ELEMENTS) {
      TestBeanGUI gui = new TestBeanGUI(type);
      gui.configure(element(type, ""));
      JComboBox<?> field = CredentialConfigGuiTest.find(gui, JComboBox.class, "profile");
      assertNotNull(field, type.getName());
      List<String> offered = offered(field);
      assertTrue(offered.contains("genesys") && offered.contains(ofProperties), offered.toString());
      assertTrue(!offered.contains("off"), "disabled");
      genesys.setProfile("renamed");
      gui.configure(element(type, ""));
      assertTrue(offered(field).contains("renamed"), "as it is now");
      genesys.setProfile("genesys");
    }
  }

  @Test
  void whatIsChosenOrTypedIsKeptAndTheNextElementShowsItsOwn() throws Exception {
    credential("genesys");
    for (Class<?> type : ELEMENTS) {
      TestBeanGUI gui = new TestBeanGUI(type);
      TestElement first = element(type, "");
      gui.configure(first);
      JComboBox<?> field = CredentialConfigGuiTest.find(gui, JComboBox.class, "profile");
      field.setSelectedItem("genesys");
      gui.modifyTestElement(first);
      assertEquals("genesys", first.getPropertyAsString("profile"));
      TestElement second = element(type, "${__P(who)}");
      gui.configure(second);
      gui.modifyTestElement(second);
      assertEquals("${__P(who)}", second.getPropertyAsString("profile"), "not one of the offered");
      gui.clearGui();
      TestElement fresh = gui.createTestElement();
      assertEquals("", fresh.getPropertyAsString("profile"), type.getName());
    }
  }
}
