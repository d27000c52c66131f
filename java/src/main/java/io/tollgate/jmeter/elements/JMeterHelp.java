package io.tollgate.jmeter.elements;

import java.awt.Component;
import java.awt.Container;
import java.awt.event.ActionEvent;
import java.awt.event.ActionListener;
import java.util.Arrays;
import javax.swing.AbstractButton;
import javax.swing.JMenu;
import javax.swing.JMenuBar;
import org.apache.jmeter.gui.GuiPackage;
import org.apache.jmeter.gui.action.ActionNames;
import org.apache.jmeter.gui.action.ActionRouter;
import org.apache.jmeter.testelement.TestElement;

/**
 * JMeter's own Help while one of our elements is selected. JMeter looks every element up on a page
 * of its site, which has no place for those of plugins, and asks none of them; so its menu item and
 * its button come here first.
 */
final class JMeterHelp implements ActionListener {
  private static final JMeterHelp ONLY = new JMeterHelp();

  private JMeterHelp() {}

  /** Puts itself before JMeter's Help; it may be there already. Its window may be a new one. */
  static void install() {
    GuiPackage gui = GuiPackage.getInstance();
    if (gui == null || gui.getMainFrame() == null) {
      return;
    }
    JMenuBar menus = gui.getMainFrame().getJMenuBar();
    for (int i = 0; menus != null && i < menus.getMenuCount(); i++) {
      JMenu menu = menus.getMenu(i);
      if (menu != null) {
        precede(menu.getPopupMenu());
      }
    }
    precede(gui.getMainFrame().getContentPane());
  }

  private static void precede(Container in) {
    for (Component child : in.getComponents()) {
      if (child instanceof AbstractButton) {
        precede((AbstractButton) child);
      } else if (child instanceof Container) {
        precede((Container) child);
      }
    }
  }

  private static void precede(AbstractButton button) {
    ActionListener router = ActionRouter.getInstance();
    if (ActionNames.HELP.equals(button.getActionCommand())
        && Arrays.asList(button.getActionListeners()).contains(router)) {
      button.removeActionListener(router);
      button.addActionListener(ONLY);
    }
  }

  @Override
  public void actionPerformed(ActionEvent e) {
    String place = place(GuiPackage.getInstance().getCurrentElement());
    if (place == null) {
      ActionRouter.getInstance().actionPerformed(e);
    } else {
      HelpPage.show(place);
    }
  }

  /**
   * Where the guide is about an element.
   *
   * @return {@code null} if it is not one of ours
   */
  static String place(TestElement element) {
    if (element instanceof CredentialConfig) {
      return HelpPage.CREDENTIAL;
    }
    if (element instanceof AuthorizationPreProcessor) {
      return "elements/authorization.md";
    }
    if (element instanceof BackoffTimer) {
      return "elements/backoff-timer.md";
    }
    if (element instanceof FeedbackPostProcessor) {
      return "elements/feedback.md";
    }
    return element instanceof TollgateMonitor ? "elements/monitor.md" : null;
  }
}
