package io.tollgate.jmeter.elements;

import io.tollgate.adopt.xml.NotAPlan;
import io.tollgate.engine.Log;
import java.awt.Component;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.swing.JMenu;
import javax.swing.JMenuItem;
import javax.swing.JOptionPane;
import javax.swing.MenuElement;
import javax.swing.tree.TreePath;
import org.apache.jmeter.exceptions.IllegalUserActionException;
import org.apache.jmeter.gui.GuiPackage;
import org.apache.jmeter.gui.plugin.MenuCreator;
import org.apache.jmeter.gui.tree.JMeterTreeModel;
import org.apache.jmeter.gui.tree.JMeterTreeNode;

/**
 * Tollgate's items in JMeter's Tools menu. JMeter 5.6 finds this class by its service entry, older
 * ones by looking through the jars; it has to be public either way.
 */
public final class TollgateMenu implements MenuCreator {
  static final List<Text> ITEMS =
      Collections.unmodifiableList(
          Arrays.asList(Text.ADD, Text.ADD_MONITOR, Text.ADOPT, Text.CHECK, Text.DRY_RUN));

  /** For JMeter. */
  public TollgateMenu() {
    WindowActions.watch();
  }

  @Override
  public JMenuItem[] getMenuItemsAtLocation(MENU_LOCATION location) {
    return location == MENU_LOCATION.TOOLS
        ? new JMenuItem[] {
          item(Text.ADD, gui -> addToPlan(gui, false)),
          item(Text.ADD_MONITOR, gui -> addToPlan(gui, true)),
          item(Text.ADOPT, TollgateMenu::adopt),
          item(Text.CHECK, TollgateMenu::check),
          item(Text.DRY_RUN, TollgateMenu::dryRun)
        }
        : new JMenuItem[0];
  }

  /** What an item does. */
  private interface Command {
    void run(GuiPackage gui) throws Exception;
  }

  private static JMenuItem item(Text text, Command command) {
    JMenuItem item = new JMenuItem(text.of());
    item.setName(text.name());
    item.addActionListener(
        e -> {
          GuiPackage gui = GuiPackage.getInstance();
          try {
            command.run(gui);
          } catch (Exception | LinkageError fault) {
            Log.error("Tollgate could not do '" + text.of() + "'", fault);
            tell(gui, Text.NOT_DONE.of(fault));
          }
        });
    return item;
  }

  private static void addToPlan(GuiPackage gui, boolean monitored) {
    boolean isNews;
    RecordedAuthorization recorded = RecordedAuthorization.in(gui.getTreeModel());
    boolean removes = !recorded.isEmpty() && isRemovalConfirmed(gui, recorded);
    gui.beginUndoTransaction(); // one step back takes all of it, the selection too
    try {
      List<JMeterTreeNode> added = PlanElements.add(gui, monitored);
      isNews = !added.isEmpty() || removes;
      if (removes) {
        recorded.remove();
      }
      if (!added.isEmpty()) {
        TreePath first = new TreePath(added.get(0).getPath());
        gui.getMainFrame().getTree().setSelectionPath(first);
      }
    } finally {
      gui.endUndoTransaction();
    }
    if (!isNews) {
      tell(gui, Text.ALL_THERE.of());
    }
  }

  private static boolean isRemovalConfirmed(GuiPackage gui, RecordedAuthorization recorded) {
    String question = Text.RECORDED.of(String.join("\n", recorded.places()));
    JOptionPane pane = Question.of(Question.text(Text.ADD, question), JOptionPane.YES_NO_OPTION);
    Object answer = Question.ask(frame(gui), Text.ADD, pane);
    return Integer.valueOf(JOptionPane.YES_OPTION).equals(answer);
  }

  private static void adopt(GuiPackage gui)
      throws IOException, NotAPlan, IllegalUserActionException {
    PlanAdoption adoption = PlanAdoption.of(gui);
    if (AdoptDialog.isConfirmed(frame(gui), adoption)) {
      gui.getMainFrame().getTree().setSelectionPath(adoption.apply());
    }
  }

  private static void check(GuiPackage gui) {
    gui.updateCurrentNode(); // what is on the screen counts
    JMeterTreeModel plan = gui.getTreeModel();
    CheckDialog.show(frame(gui), TrialProfiles.of(plan), TrialProfiles.places(plan));
  }

  private static void dryRun(GuiPackage gui) {
    gui.updateCurrentNode();
    DryRunDialog.show(frame(gui), TrialProfiles.of(gui.getTreeModel()));
  }

  private static void tell(GuiPackage gui, String text) {
    JOptionPane.showMessageDialog(frame(gui), text, "Tollgate", JOptionPane.INFORMATION_MESSAGE);
  }

  private static Component frame(GuiPackage gui) {
    return gui == null ? null : gui.getMainFrame();
  }

  @Override
  public JMenu[] getTopLevelMenus() {
    return new JMenu[0];
  }

  @Override
  public boolean localeChanged(MenuElement menu) {
    String name = menu.getComponent().getName();
    for (Text text : ITEMS) {
      if (text.name().equals(name)) {
        ((JMenuItem) menu).setText(text.of());
        return true;
      }
    }
    return false;
  }

  @Override
  public void localeChanged() {
    // Each item is told.
  }
}
