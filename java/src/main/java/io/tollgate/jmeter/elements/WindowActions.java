package io.tollgate.jmeter.elements;

import io.tollgate.adopt.profiles.PlanProfiles;
import io.tollgate.adopt.xml.NotAPlan;
import io.tollgate.engine.Log;
import io.tollgate.jmeter.RunPlan;
import java.awt.BorderLayout;
import java.awt.GraphicsEnvironment;
import java.awt.event.ActionEvent;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import javax.swing.JButton;
import javax.swing.JDialog;
import javax.swing.JPanel;
import org.apache.jmeter.gui.GuiPackage;
import org.apache.jmeter.gui.action.ActionNames;
import org.apache.jmeter.gui.action.ActionRouter;
import org.apache.jmeter.gui.action.AddToTree;
import org.apache.jmeter.gui.action.RemoteStart;
import org.apache.jmeter.gui.action.Start;
import org.apache.jmeter.gui.tree.JMeterTreeModel;
import org.apache.jmeter.gui.tree.JMeterTreeNode;
import org.apache.jmeter.testelement.TestElement;

/**
 * What JMeter's window does that concerns Tollgate: it adds an element, and it starts a plan. What
 * a run would stumble over is said before it begins, beside the plan and not in front of it.
 */
final class WindowActions {
  private static boolean isWatching;

  private WindowActions() {}

  /** From now on, for the life of the window. */
  static synchronized void watch() {
    if (!isWatching) {
      isWatching = true;
      ActionRouter router = ActionRouter.getInstance();
      router.addPostActionListener(AddToTree.class, e -> quietly(WindowActions::added));
      router.addPreActionListener(Start.class, WindowActions::starting);
      router.addPreActionListener(RemoteStart.class, WindowActions::starting);
    }
  }

  private interface Act {
    void with(GuiPackage gui) throws IOException, NotAPlan;
  }

  /** JMeter's own action goes on, whatever happens here. */
  private static void quietly(Act act) {
    GuiPackage gui = GuiPackage.getInstance();
    try {
      if (gui != null) {
        act.with(gui);
      }
    } catch (IOException | NotAPlan | RuntimeException | LinkageError e) {
      Log.warn("Tollgate could not look at the plan in the window: " + e);
    }
  }

  private static void added(GuiPackage gui) {
    JMeterTreeNode node = gui.getTreeListener().getCurrentNode();
    TestElement element = node == null ? null : node.getTestElement();
    if (element != null && ElementProfiles.fillIn(gui.getTreeModel(), element)) {
      gui.getGui(element).configure(element); // its form may be on the screen already
    }
  }

  private static void starting(ActionEvent event) {
    String command = event.getActionCommand();
    if (ActionNames.ACTION_STOP.equals(command) || ActionNames.ACTION_SHUTDOWN.equals(command)) {
      return;
    }
    quietly(
        gui -> {
          boolean concernsUs = isInUse(gui.getTreeModel());
          byte[] plan = concernsUs ? OpenPlan.saved(gui) : null;
          RunPlan.current().starts(plan);
          List<String> mismatches =
              concernsUs
                  ? PlanProfiles.of(plan).mismatches(RunPlan.ofProperties())
                  : Collections.emptyList();
          if (!mismatches.isEmpty() && !GraphicsEnvironment.isHeadless()) {
            show(gui, mismatches);
          }
        });
  }

  private static boolean isInUse(JMeterTreeModel model) {
    return !model.getNodesOfType(CredentialConfig.class).isEmpty()
        || !model.getNodesOfType(AuthorizationPreProcessor.class).isEmpty()
        || !model.getNodesOfType(BackoffTimer.class).isEmpty()
        || !model.getNodesOfType(FeedbackPostProcessor.class).isEmpty();
  }

  private static void show(GuiPackage gui, List<String> mismatches) {
    JDialog window = new JDialog(gui.getMainFrame(), Text.MISMATCHES.of(), false);
    window.setName("mismatches");
    window.setDefaultCloseOperation(JDialog.DISPOSE_ON_CLOSE);
    JButton close = new JButton(Text.CLOSE.of());
    close.addActionListener(e -> window.dispose());
    window.add(warning(mismatches, close));
    window.getRootPane().setDefaultButton(close);
    EscapeKey.closes(window.getRootPane());
    window.pack();
    window.setLocationRelativeTo(gui.getMainFrame());
    window.setVisible(true);
  }

  static JPanel warning(List<String> mismatches, JButton close) {
    JPanel warning = new JPanel(new BorderLayout());
    String words = String.join("\n\n", mismatches);
    warning.add(Question.text(Text.MISMATCHES, words), BorderLayout.CENTER);
    JPanel below = new JPanel();
    below.add(close);
    warning.add(below, BorderLayout.SOUTH);
    Mnemonics.assignInWindow(warning);
    return warning;
  }
}
