package io.tollgate.jmeter.elements;

import io.tollgate.adopt.Adoption;
import io.tollgate.adopt.xml.NotAPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.swing.event.TreeModelListener;
import javax.swing.tree.TreePath;
import org.apache.jmeter.exceptions.IllegalUserActionException;
import org.apache.jmeter.gui.GuiPackage;
import org.apache.jmeter.gui.UndoHistory;
import org.apache.jmeter.gui.tree.JMeterTreeModel;
import org.apache.jmeter.save.SaveService;
import org.apache.jorphan.collections.HashTree;

/**
 * The open plan, rewritten as {@code adopt} rewrites a file: saved as it is, changed as text, and
 * read again in its place. The file on disk changes only when its owner saves it.
 */
final class PlanAdoption {
  private final GuiPackage gui;
  private final Adoption adoption;

  private PlanAdoption(GuiPackage gui, Adoption adoption) {
    this.gui = gui;
    this.adoption = adoption;
  }

  static PlanAdoption of(GuiPackage gui) throws IOException, NotAPlan {
    return new PlanAdoption(gui, Adoption.of(OpenPlan.saved(gui)));
  }

  boolean isChanged() {
    return adoption.isChanged();
  }

  String report() {
    return String.join("\n", adoption.report().lines());
  }

  /**
   * Puts the rewritten plan in the place of the open one, as one step for JMeter's undo.
   *
   * @return its node, to be selected: what was has left the tree
   */
  TreePath apply() throws IOException, IllegalUserActionException {
    Path file = Files.createTempFile("tollgate-", ".jmx"); // JMeter reads plans from files only
    HashTree rewritten;
    try {
      Files.write(file, adoption.plan());
      rewritten = SaveService.loadTree(file.toFile());
    } finally {
      Files.delete(file);
    }
    replace(rewritten);
    gui.setDirty(true);
    histories().forEach(history -> history.add(gui.getTreeModel(), Text.ADOPT.of()));
    return new TreePath(OpenPlan.root(gui.getTreeModel()).getPath());
  }

  /** The undo history would keep a step for each new element: all of them become one step. */
  private void replace(HashTree rewritten) throws IllegalUserActionException {
    JMeterTreeModel model = gui.getTreeModel();
    HashTree before = OpenPlan.elements(OpenPlan.root(model));
    List<UndoHistory> histories = histories();
    histories.forEach(model::removeTreeModelListener);
    try {
      show(rewritten);
    } catch (IllegalUserActionException | RuntimeException | LinkageError e) {
      show(before); // a plugin's form failed, and half a plan is worse than the old one
      throw e;
    } finally {
      histories.forEach(model::addTreeModelListener);
    }
  }

  private void show(HashTree tree) throws IllegalUserActionException {
    JMeterTreeModel model = gui.getTreeModel();
    model.clearTestPlan();
    model.addSubTree(tree, OpenPlan.root(model));
  }

  private List<UndoHistory> histories() {
    List<UndoHistory> histories = new ArrayList<>();
    for (TreeModelListener listener : gui.getTreeModel().getTreeModelListeners()) {
      if (listener instanceof UndoHistory) {
        histories.add((UndoHistory) listener);
      }
    }
    return histories;
  }
}
