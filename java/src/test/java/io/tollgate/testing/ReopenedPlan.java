package io.tollgate.testing;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.apache.jmeter.engine.util.CompoundVariable;
import org.apache.jmeter.gui.JMeterGUIComponent;
import org.apache.jmeter.protocol.http.control.HeaderManager;
import org.apache.jmeter.protocol.java.sampler.JavaSampler;
import org.apache.jmeter.protocol.java.sampler.JavaSamplerClient;
import org.apache.jmeter.save.SaveService;
import org.apache.jmeter.testbeans.gui.TestBeanGUI;
import org.apache.jmeter.testelement.TestElement;
import org.apache.jmeter.util.JMeterUtils;
import org.apache.jorphan.collections.HashTree;
import org.apache.jorphan.collections.ListedHashTree;

/**
 * The main class of a child JVM: opens a plan as JMeter's window does, shows each element in its
 * form, takes it back from there, and prints the plan as it would be saved. Arguments: the JMeter
 * home, the plan.
 */
public final class ReopenedPlan {
  private ReopenedPlan() {}

  public static void main(String[] arguments) throws Exception {
    String home = arguments[0];
    JMeterUtils.setJMeterHome(home);
    JMeterUtils.loadJMeterProperties(home + "/bin/jmeter.properties");
    JMeterUtils.setProperty("language", "en");
    JMeterUtils.initLocale();
    SaveService.loadProperties();
    HashTree plan = SaveService.loadTree(new File(arguments[1]));
    SaveService.saveTree(throughForms(plan), System.out);
    System.out.flush();
    System.exit(0); // Swing's own threads stay
  }

  private static HashTree throughForms(HashTree tree) throws Exception {
    HashTree result = new ListedHashTree();
    List<Object> elements = new ArrayList<>(tree.list());
    for (Object element : elements) {
      TestElement shown = throughForm((TestElement) element);
      loadWhatItNames(shown);
      result.add(shown, throughForms(tree.getTree(element)));
    }
    return result;
  }

  private static TestElement throughForm(TestElement element) throws Exception {
    JMeterGUIComponent form = form(element);
    form.configure(element);
    TestElement taken = form.createTestElement();
    if (taken.getClass() != element.getClass()) {
      throw new AssertionError(form.getClass() + " makes a " + taken.getClass());
    }
    form.modifyTestElement(taken);
    return taken;
  }

  private static JMeterGUIComponent form(TestElement element) throws Exception {
    Class<?> type = Class.forName(element.getPropertyAsString(TestElement.GUI_CLASS));
    return type == TestBeanGUI.class
        ? new TestBeanGUI(element.getClass())
        : (JMeterGUIComponent) type.getDeclaredConstructor().newInstance();
  }

  /** What a plan names in texts only: the class of a Java Request, a function in a header. */
  private static void loadWhatItNames(TestElement element) throws Exception {
    if (element instanceof JavaSampler) {
      Class<?> client = Class.forName(((JavaSampler) element).getClassname());
      ((JavaSamplerClient) client.getDeclaredConstructor().newInstance()).getDefaultParameters();
    } else if (element instanceof HeaderManager) {
      String value = ((HeaderManager) element).get(0).getValue();
      if (!new CompoundVariable(value).hasFunction()) {
        throw new AssertionError("no function in " + value);
      }
    }
  }
}
