package io.tollgate.tests.window;

import io.tollgate.tests.Await;
import java.awt.Component;
import java.awt.event.KeyEvent;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.swing.JTextArea;
import javax.swing.JTree;

/** The way of the focus by Tab alone, from where it is and back to there. */
final class FocusOrder {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int MOST = 100;

  private FocusOrder() {}

  /** Goes round; answers what has had the focus. Each has a name for a screen reader. */
  static Set<Component> round(Window window, String where) {
    Component first = window.focused();
    Set<Component> reached = new LinkedHashSet<>();
    for (int i = 0; i < MOST; i++) {
      Component now = next(window);
      reached.add(now);
      checkName(now);
      if (now == first) {
        System.out.println("seen: Tab leaves " + where + ", after " + reached.size());
        return reached;
      }
    }
    throw new AssertionError("Tab does not leave " + where + ": " + reached);
  }

  /** Presses Tab; between two components nothing may have the focus for a moment. */
  static Component next(Window window) {
    Component before = window.focused();
    Component[] now = new Component[1];
    window.keyboard.press(KeyEvent.VK_TAB);
    Await.until(
        "the focus to move on from " + before,
        LIMIT,
        () -> {
          now[0] = window.focused();
          return now[0] != null && now[0] != before;
        });
    return now[0];
  }

  /** JMeter's own tree and comment have none. */
  static void checkName(Component focused) {
    String name = Window.onScreen(() -> focused.getAccessibleContext().getAccessibleName());
    boolean isComment = focused.getClass() == JTextArea.class && focused.getName() == null;
    boolean isJMeters = focused instanceof JTree || isComment;
    if (!isJMeters && (name == null || name.trim().isEmpty())) {
      throw new AssertionError("it has no name: " + focused);
    }
  }
}
