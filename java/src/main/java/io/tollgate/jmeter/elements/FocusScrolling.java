package io.tollgate.jmeter.elements;

import java.awt.Component;
import java.awt.KeyboardFocusManager;
import java.awt.Rectangle;
import java.awt.event.HierarchyEvent;
import java.beans.PropertyChangeListener;
import javax.swing.JComponent;
import javax.swing.JViewport;
import javax.swing.SwingUtilities;

/**
 * Scrolling of a panel that is taller than its window: what gets the focus comes into view, and
 * whenever the panel is shown anew its top is seen.
 */
final class FocusScrolling {
  /** Around what is scrolled to, so that its label is seen too. */
  private static final int MARGIN = 24;

  /** The least width, in sizes of the font. */
  private static final int NARROW = 45;

  private final JComponent panel;
  private final PropertyChangeListener focus = e -> follow(e.getNewValue());

  private FocusScrolling(JComponent panel) {
    this.panel = panel;
  }

  static void of(JComponent panel) {
    FocusScrolling scrolling = new FocusScrolling(panel);
    panel.addHierarchyListener(
        e -> {
          if ((e.getChangeFlags() & HierarchyEvent.SHOWING_CHANGED) != 0) {
            scrolling.shown(panel.isShowing());
          }
        });
  }

  private void shown(boolean isShown) {
    KeyboardFocusManager focused = KeyboardFocusManager.getCurrentKeyboardFocusManager();
    focused.removePropertyChangeListener("permanentFocusOwner", focus);
    if (isShown) {
      focused.addPropertyChangeListener("permanentFocusOwner", focus);
      toTop();
      SwingUtilities.invokeLater(this::toTop); // after what is laid out now
    }
  }

  private void toTop() {
    panel.scrollRectToVisible(new Rectangle(0, 0, 1, 1));
  }

  private void follow(Object focused) {
    if (!(focused instanceof JComponent)
        || !SwingUtilities.isDescendingFrom((Component) focused, panel)) {
      return;
    }
    JComponent owner = (JComponent) focused;
    // A text area or table as large as the window scrolls by itself, to its caret.
    Component seen = owner.getParent() instanceof JViewport ? owner.getParent().getParent() : owner;
    Rectangle place = SwingUtilities.convertRectangle(seen.getParent(), seen.getBounds(), panel);
    place.grow(0, MARGIN);
    panel.scrollRectToVisible(place);
  }

  /** How far one notch of the wheel goes: two lines. */
  static int unit(JComponent panel) {
    return 2 * panel.getFontMetrics(panel.getFont()).getHeight();
  }

  /** How far a click beside the thumb goes: a window, less a line that both have. */
  static int block(JComponent panel, Rectangle visible) {
    return Math.max(unit(panel), visible.height - unit(panel));
  }

  /** Whether a panel is as tall as its window, as one that is smaller is. */
  static boolean tracksHeight(JComponent panel) {
    return panel.getParent() instanceof JViewport
        && panel.getParent().getHeight() > panel.getPreferredSize().height;
  }

  /** Whether a panel is as wide as its window; in a very narrow one it is wider. */
  static boolean tracksWidth(JComponent panel) {
    return panel.getParent() instanceof JViewport
        && panel.getParent().getWidth() >= NARROW * panel.getFont().getSize();
  }
}
