package io.tollgate.jmeter.elements;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.apache.jmeter.gui.GuiPackage;
import org.apache.jmeter.gui.tree.JMeterTreeListener;
import org.apache.jmeter.gui.tree.JMeterTreeModel;
import org.apache.jmeter.gui.tree.JMeterTreeNode;
import org.apache.jmeter.save.SaveService;
import org.apache.jmeter.util.JMeterUtils;

/**
 * The main class of a child JVM: opens a plan as JMeter's window does, with undo on, adopts it, and
 * takes that back. Arguments: the JMeter home, the plan.
 */
public final class AdoptedInTheGui {
  private AdoptedInTheGui() {}

  public static void main(String[] arguments) throws Exception {
    JMeterUtils.setJMeterHome(arguments[0]);
    JMeterUtils.loadJMeterProperties(arguments[0] + "/bin/jmeter.properties");
    JMeterUtils.setProperty("language", "en");
    JMeterUtils.setProperty("undo.history.size", "25");
    JMeterUtils.initLocale();
    SaveService.loadProperties();
    JMeterTreeModel model = new JMeterTreeModel();
    GuiPackage.initInstance(new JMeterTreeListener(model), model);
    GuiPackage gui = GuiPackage.getInstance();
    gui.addSubTree(SaveService.loadTree(new File(arguments[1])));
    System.out.println("open: " + tree(plan(model)));

    PlanAdoption adoption = PlanAdoption.of(gui);
    System.out.println("report: " + adoption.report().split("\n")[0]);
    adoption.apply();
    System.out.println("adopted: " + tree(plan(model)));
    System.out.println("can be undone: " + gui.canUndo() + ", unsaved: " + gui.isDirty());
    try {
      gui.undo();
    } catch (NullPointerException e) {
      // There is no window here, which JMeter repaints when the tree is back.
      System.out.println("no window");
    }
    System.out.println("undone: " + tree(plan(model)));
    System.out.println("again: " + gui.canUndo());
    System.out.flush();
    System.exit(0); // Swing's own threads stay
  }

  private static JMeterTreeNode plan(JMeterTreeModel model) {
    return (JMeterTreeNode) ((JMeterTreeNode) model.getRoot()).getChildAt(0);
  }

  private static String tree(JMeterTreeNode node) {
    List<String> below = new ArrayList<>();
    for (int i = 0; i < node.getChildCount(); i++) {
      below.add(tree((JMeterTreeNode) node.getChildAt(i)));
    }
    return node.getName() + " " + below;
  }
}
