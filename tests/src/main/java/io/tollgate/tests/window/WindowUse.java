package io.tollgate.tests.window;

import io.tollgate.tests.Await;
import java.awt.Component;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.event.KeyEvent;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.swing.AbstractButton;
import javax.swing.JComboBox;
import javax.swing.JEditorPane;
import javax.swing.JLabel;
import javax.swing.JTable;

/** What the window does under the hands of a user that no single panel shows. */
final class WindowUse {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String CREDENTIAL = "Tollgate Credential";

  private final Window window;

  WindowUse(Window window) {
    this.window = window;
  }

  void all() {
    aChangedFieldMakesTheResultOld();
    anErrorNamesTheField();
    tabLeavesTheResultAndWhatHasTheFocusIsSeen();
    theWheelScrollsByLines();
    selectedAgainTheTopIsSeen();
    aNewSettingIsEditedAtOnce();
    helpIsAWindowBesideJMeters();
    theKeyboardReachesAndLeavesEachPanel();
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
    System.out.println("seen: " + what);
  }

  private void aChangedFieldMakesTheResultOld() {
    window.select(CREDENTIAL);
    String before = Window.text(window.field("Client ID"));
    window.click(window.button("Fetch a token now"));
    window.field("Token received");
    window.fill(window.field("Client ID"), "other");
    window.field("Token received, with other fields than now: fetch again");
    window.fill(window.field("Client ID"), before);
    System.out.println("seen: a changed field makes the result old");
  }

  private void anErrorNamesTheField() {
    Component field = window.field("Token URL");
    String before = Window.text(field);
    window.fill(field, "nonsense");
    window.click(window.button("Fetch a token now"));
    String words = Window.text(window.field("No token"));
    check(words.contains("'Token URL'"), "an error names the field");
    check(!words.contains("user.properties") && !words.contains("token_url"), "and no setting");
    window.fill(field, before);
  }

  private void tabLeavesTheResultAndWhatHasTheFocusIsSeen() {
    window.click(
        window.find(
            "the button that unfolds",
            AbstractButton.class,
            one -> one.getText() != null && one.getText().matches("More settings \\(\\d+\\)")));
    JLabel proxy = window.find("More settings", JLabel.class, one -> "Proxy".equals(one.getText()));
    check(proxy.isShowing(), "More settings unfolds the rest");
    window.click(window.field("Client ID"));
    Set<Component> reached = new LinkedHashSet<>();
    boolean wasResult = false;
    for (int i = 0; i < 400; i++) {
      Component before = window.focused();
      Component now = FocusOrder.next(window);
      wasResult |= "outcome".equals(before.getName());
      if (!reached.add(now)) {
        break;
      }
      Rectangle seen = Window.onScreen(() -> Window.visible(now));
      FocusOrder.checkName(now);
      boolean isSeen = now instanceof JTable || seen.height >= now.getHeight() - 2;
      if (!isSeen) {
        throw new AssertionError(now + " has the focus and is not seen: " + seen);
      }
    }
    check(wasResult, "Tab enters the result and leaves it");
    check(reached.size() > 80, "Tab reaches all fields, and each is seen: " + reached.size());
  }

  private void theWheelScrollsByLines() {
    window.select("Your plan");
    window.select(CREDENTIAL);
    Component form = window.field("Token URL").getParent();
    int before = place(form);
    window.wheel(form, 1);
    Await.until("the wheel to scroll", LIMIT, () -> place(form) != before);
    check(before - place(form) >= 20, "one notch of the wheel scrolls by lines");
  }

  private static boolean isWhole(Component component) {
    return Window.onScreen(() -> Window.visible(component).height == component.getHeight());
  }

  private static int place(Component component) {
    return Window.onScreen(() -> component.getLocationOnScreen().y);
  }

  private void selectedAgainTheTopIsSeen() {
    Component form = window.field("Token URL").getParent();
    window.wheel(form, 10);
    window.select("Your plan");
    window.select(CREDENTIAL);
    JLabel title = window.find("the title", JLabel.class, one -> CREDENTIAL.equals(one.getText()));
    check(
        !Window.onScreen(() -> Window.visible(title)).isEmpty(), "selected again, the top is seen");
  }

  private void aNewSettingIsEditedAtOnce() {
    Component more = window.button("Add a setting");
    JLabel title = window.find("the title", JLabel.class, one -> CREDENTIAL.equals(one.getText()));
    Point margin =
        Window.onScreen(
            () -> new Point(title.getLocationOnScreen().x - 4, window.frame().getHeight() / 2));
    for (int i = 0; i < 100 && !isWhole(more); i++) {
      window.wheelAt(margin, 3);
    }
    window.click(more);
    JComboBox<?> names =
        window.find(
            "the names of settings",
            JComboBox.class,
            one -> one.getParent() instanceof JTable && one.isPopupVisible());
    window.keyboard.press(KeyEvent.VK_ESCAPE);
    check(names.getItemCount() > 5, "a new setting shows the names there are");
  }

  /** By our button, and by JMeter's own menu; JMeter's window can be used meanwhile. */
  private void helpIsAWindowBesideJMeters() {
    window.select("Tollgate Feedback");
    window.click(window.button("Help"));
    JEditorPane page =
        window.find("the page", JEditorPane.class, one -> "help page".equals(one.getName()));
    check(shows(page, "What the answers do"), "Help is about the element");
    check(!shows(page, "](") && !shows(page, "<p>"), "Help is drawn");
    window.keyboard.press(KeyEvent.VK_ESCAPE);
    Await.until("Escape to close the help", LIMIT, () -> !page.isShowing());
    window.select("Tollgate Backoff Timer");
    window.menu("Help", "Help");
    JEditorPane again =
        window.find("the page", JEditorPane.class, one -> "help page".equals(one.getName()));
    check(shows(again, "Backoff Timer"), "JMeter's Help is about the element too");
    window.select("Tollgate Credential");
    check(again.isShowing(), "JMeter's window can be used beside the help");
    window.keyboard.press(KeyEvent.VK_ESCAPE);
  }

  private static boolean shows(JEditorPane page, String words) {
    return Window.onScreen(
        () -> page.getDocument().getText(0, page.getDocument().getLength()).contains(words));
  }

  /** From the tree through the panel and back to the tree, by Tab alone. */
  private void theKeyboardReachesAndLeavesEachPanel() {
    for (String element :
        new String[] {"Tollgate Authorization", "Tollgate Backoff Timer", "Tollgate Feedback"}) {
      window.select(element);
      int reached = FocusOrder.round(window, element).size();
      check(reached > 5, "Tab reaches the fields of " + element);
    }
  }
}
