package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.jmeter.gui.tree.JMeterTreeModel;
import org.apache.jmeter.gui.tree.JMeterTreeNode;
import org.apache.jmeter.testelement.TestElement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Profile fields are filled in where there is no choice, and follow a Credential's new name. */
class ElementProfilesTest {
  private JMeterTreeModel model;

  @BeforeEach
  void start() {
    model = TreeWithoutWindow.open();
  }

  @AfterEach
  void stop() throws ReflectiveOperationException {
    TreeWithoutWindow.close();
  }

  private <T extends TestElement> T add(T element) {
    JMeterTreeNode node = new JMeterTreeNode(element, model);
    model.insertNodeInto(node, OpenPlan.root(model), 0);
    return element;
  }

  private CredentialConfig credential(String profile) {
    CredentialConfig element = new CredentialConfig();
    element.setProfile(profile);
    return add(element);
  }

  private static String profile(TestElement element) {
    return element.getPropertyAsString("profile");
  }

  @Test
  void aNewElementGetsTheOnlyProfile() {
    assertFalse(ElementProfiles.fillIn(model, new BackoffTimer()), "there is none");
    credential("orders");
    for (TestElement element :
        new TestElement[] {
          new AuthorizationPreProcessor(), new BackoffTimer(), new FeedbackPostProcessor()
        }) {
      assertTrue(ElementProfiles.fillIn(model, add(element)));
      assertEquals("orders", profile(element));
      assertFalse(ElementProfiles.fillIn(model, element), "it has one");
    }
    credential("orders");
    assertTrue(ElementProfiles.fillIn(model, new BackoffTimer()), "two of one name");
    credential("invoices");
    assertFalse(ElementProfiles.fillIn(model, new BackoffTimer()), "which of two?");
  }

  @Test
  void allFieldsFollowANewName() {
    CredentialConfig renamed = credential("orders");
    TestElement authorization = add(Elements.authorization("orders"));
    TestElement other = add(Elements.authorization("invoices"));
    TestElement blank = add(Elements.authorization(""));
    FeedbackPostProcessor feedback = add(new FeedbackPostProcessor());
    feedback.setProperty("profile", "orders");
    renamed.setProfile("shop");
    ElementProfiles.follow(model, renamed, "orders");
    assertEquals("shop", profile(authorization));
    assertEquals("shop", profile(feedback));
    assertEquals("invoices", profile(other));
    assertEquals("", profile(blank));
    renamed.setProfile("");
    ElementProfiles.follow(model, renamed, "shop");
    assertEquals("shop", profile(authorization), "a cleared name is no name to follow");
  }

  @Test
  void theyStayWithAnotherCredentialOfThatName() {
    CredentialConfig renamed = credential("orders");
    credential("orders");
    TestElement authorization = add(Elements.authorization("orders"));
    renamed.setProfile("shop");
    ElementProfiles.follow(model, renamed, "orders");
    assertEquals("orders", profile(authorization));
  }
}
