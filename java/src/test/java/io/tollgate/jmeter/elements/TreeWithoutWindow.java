package io.tollgate.jmeter.elements;

import io.tollgate.testing.Plugin;
import java.lang.reflect.Field;
import org.apache.jmeter.gui.GuiPackage;
import org.apache.jmeter.gui.tree.JMeterTreeListener;
import org.apache.jmeter.gui.tree.JMeterTreeModel;
import org.apache.jmeter.util.JMeterUtils;

/** JMeter's tree of a plan as its GUI has it, where there is no display. */
final class TreeWithoutWindow {
  private TreeWithoutWindow() {}

  static JMeterTreeModel open() {
    Plugin.ready();
    JMeterUtils.setJMeterHome(System.getProperty("tollgate.test.jmeter"));
    JMeterTreeModel model = new JMeterTreeModel();
    GuiPackage.initInstance(new JMeterTreeListener(model), model);
    return model;
  }

  /** Or JMeter would take every later run of this JVM for one of a GUI. */
  static void close() throws ReflectiveOperationException {
    Field gui = GuiPackage.class.getDeclaredField("guiPack");
    gui.setAccessible(true);
    gui.set(null, null);
  }
}
