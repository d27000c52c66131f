package io.tollgate.tests.window;

import io.tollgate.tests.Await;
import java.awt.AWTException;
import java.awt.Component;
import java.awt.Container;
import java.awt.Image;
import java.awt.KeyboardFocusManager;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.Robot;
import java.awt.event.InputEvent;
import java.awt.event.KeyEvent;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import javax.imageio.ImageIO;
import javax.swing.AbstractButton;
import javax.swing.JFrame;
import javax.swing.JLabel;
import javax.swing.JMenu;
import javax.swing.JMenuItem;
import javax.swing.JTree;
import javax.swing.SwingUtilities;
import javax.swing.text.JTextComponent;

/**
 * JMeter's window in this JVM. It is found by what is written on it and used by mouse and keyboard;
 * nothing of JMeter or Tollgate is called.
 */
final class Window {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  final Keyboard keyboard;
  private final Robot robot;
  private final JFrame frame;

  private Window(Robot robot, JFrame frame) {
    this.robot = robot;
    this.keyboard = new Keyboard(robot);
    this.frame = frame;
  }

  /** The window, once JMeter shows it; as large as its screen. */
  static Window open() throws AWTException {
    Robot robot = new Robot();
    robot.setAutoDelay(5);
    JFrame[] found = new JFrame[1];
    Await.until(
        "JMeter's window",
        LIMIT,
        () -> {
          found[0] = onScreen(() -> jmeter());
          return found[0] != null;
        });
    Window window = new Window(robot, found[0]);
    onScreen(
        () -> {
          window.frame.setBounds(window.frame.getGraphicsConfiguration().getBounds());
          window.frame.validate();
          return null;
        });
    window.idle();
    return window;
  }

  private static JFrame jmeter() {
    for (java.awt.Window window : java.awt.Window.getWindows()) {
      if (window instanceof JFrame
          && window.isShowing()
          && ((JFrame) window).getJMenuBar() != null
          && ((JFrame) window).getTitle().contains("Apache JMeter")) {
        return (JFrame) window;
      }
    }
    return null;
  }

  /** On the event thread. */
  static <T> T onScreen(Callable<T> what) {
    Object[] result = new Object[1];
    try {
      SwingUtilities.invokeAndWait(
          () -> {
            try {
              result[0] = what.call();
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    }
    @SuppressWarnings("unchecked")
    T typed = (T) result[0];
    return typed;
  }

  void idle() {
    robot.waitForIdle();
  }

  /** All that is shown in JMeter's window and its dialogs. */
  private static List<Component> shown() {
    List<Component> all = new ArrayList<>();
    for (java.awt.Window window : java.awt.Window.getWindows()) {
      if (window.isShowing()) {
        collect(window, all);
      }
    }
    return all;
  }

  private static void collect(Container parent, List<Component> into) {
    for (Component child : parent.getComponents()) {
      if (child.isShowing()) {
        into.add(child);
        if (child instanceof Container) {
          collect((Container) child, into);
        }
      }
    }
  }

  /** The first such component that is shown; waits for it. */
  <T extends Component> T find(String what, Class<T> type, Predicate<T> wanted) {
    List<T> found = new ArrayList<>();
    Await.until(
        what,
        LIMIT,
        () -> {
          onScreen(
              () -> {
                for (Component component : shown()) {
                  if (type.isInstance(component) && wanted.test(type.cast(component))) {
                    found.add(type.cast(component));
                    break;
                  }
                }
                return null;
              });
          return !found.isEmpty();
        });
    return found.get(0);
  }

  boolean isShown(Predicate<Component> wanted) {
    return onScreen(() -> shown().stream().anyMatch(wanted));
  }

  /**
   * The component that a label is for, as its user finds it; the mark of required ones left out.
   */
  Component field(String label) {
    JLabel found =
        find(
            "the field '" + label + "'",
            JLabel.class,
            one ->
                one.getLabelFor() != null
                    && one.getText() != null
                    && one.getText().replaceAll("( \\*|:)$", "").equals(label));
    return found.getLabelFor();
  }

  AbstractButton button(String text) {
    return find(
        "the button '" + text + "'",
        AbstractButton.class,
        one -> !(one instanceof JMenuItem) && text.equals(one.getText()));
  }

  /** Clicks on it where it is seen. What lies outside of the visible part has to be scrolled to. */
  void click(Component component) {
    Point at =
        onScreen(
            () -> {
              Rectangle seen = visible(component);
              if (seen.isEmpty()) {
                throw new IllegalStateException(component + " is not in the visible part");
              }
              return new Point(seen.x + seen.width / 2, seen.y + seen.height / 2);
            });
    clickAt(at);
  }

  /** The part of it that is seen, in places of the screen. */
  static Rectangle visible(Component component) {
    Rectangle seen = new Rectangle(component.getLocationOnScreen(), component.getSize());
    for (Container above = component.getParent(); above != null; above = above.getParent()) {
      seen = seen.intersection(new Rectangle(above.getLocationOnScreen(), above.getSize()));
      if (above instanceof java.awt.Window) {
        break;
      }
    }
    return seen;
  }

  private void clickAt(Point at) {
    robot.mouseMove(at.x, at.y);
    robot.mousePress(InputEvent.BUTTON1_DOWN_MASK);
    robot.mouseRelease(InputEvent.BUTTON1_DOWN_MASK);
    idle();
  }

  /** Turns the wheel over a component. */
  void wheel(Component over, int notches) {
    Point at =
        onScreen(
            () -> {
              Rectangle seen = visible(over);
              return new Point(seen.x + seen.width / 2, seen.y + seen.height / 2);
            });
    wheelAt(at, notches);
  }

  void wheelAt(Point at, int notches) {
    robot.mouseMove(at.x, at.y);
    robot.mouseWheel(notches);
    idle();
  }

  /** Chooses an item of a menu. */
  void menu(String menu, String item) {
    click(itemOfOpened(menu, item));
  }

  /** Opens a menu and waits for one of its items to be shown. */
  JMenuItem itemOfOpened(String menu, String item) {
    click(find("the menu " + menu, JMenu.class, one -> menu.equals(one.getText())));
    return find(
        "the item " + item,
        JMenuItem.class,
        one -> !(one instanceof JMenu) && item.equals(one.getText()));
  }

  /** Selects an element in the tree. */
  void select(String element) {
    JTree tree = find("the tree", JTree.class, one -> one.getRowCount() > 0);
    int[] row = {-1};
    Await.until(
        "the element " + element,
        LIMIT,
        () -> {
          row[0] = onScreen(() -> rowOf(tree, element));
          return row[0] >= 0;
        });
    clickAt(
        onScreen(
            () -> {
              tree.scrollRowToVisible(row[0]);
              Rectangle bounds = tree.getRowBounds(row[0]);
              Point corner = tree.getLocationOnScreen();
              return new Point(corner.x + bounds.x + 30, corner.y + bounds.y + bounds.height / 2);
            }));
  }

  private static int rowOf(JTree tree, String element) {
    for (int i = 0; i < tree.getRowCount(); i++) {
      Object node = tree.getPathForRow(i).getLastPathComponent();
      Component drawn =
          tree.getCellRenderer()
              .getTreeCellRendererComponent(tree, node, false, false, true, i, false);
      if (drawn instanceof JLabel && element.equals(((JLabel) drawn).getText())) {
        return i;
      }
    }
    return -1;
  }

  /** Replaces the text of a field by typing. */
  void fill(Component field, String text) {
    click(field);
    Await.until(
        "the focus to be in the field",
        LIMIT,
        () -> {
          Component focused = focused();
          return focused != null && SwingUtilities.isDescendingFrom(focused, field);
        });
    keyboard.press(KeyEvent.VK_A, KeyEvent.VK_CONTROL);
    keyboard.type(text);
    Await.until("the text " + text, LIMIT, () -> text.equals(text(field)));
  }

  static String text(Component field) {
    return onScreen(
        () -> {
          if (field instanceof JTextComponent) {
            return ((JTextComponent) field).getText();
          }
          for (Component child : ((Container) field).getComponents()) {
            if (child instanceof JTextComponent) {
              return ((JTextComponent) child).getText();
            }
          }
          return null;
        });
  }

  Component focused() {
    return onScreen(() -> KeyboardFocusManager.getCurrentKeyboardFocusManager().getFocusOwner());
  }

  JFrame frame() {
    return frame;
  }

  /** A picture of all of the screen, with each of its dots. */
  BufferedImage picture() {
    idle();
    List<Image> sizes =
        robot
            .createMultiResolutionScreenCapture(frame.getGraphicsConfiguration().getBounds())
            .getResolutionVariants();
    return (BufferedImage) sizes.get(sizes.size() - 1); // the smallest comes first
  }

  void save(Path file) {
    try {
      ImageIO.write(picture(), "png", file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
