package io.tollgate.testing;

import java.beans.BeanInfo;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ResourceBundle;
import java.util.TreeMap;
import org.apache.jmeter.save.SaveService;
import org.apache.jmeter.testbeans.BeanInfoSupport;
import org.apache.jmeter.testelement.TestElement;
import org.apache.jmeter.util.JMeterUtils;
import org.apache.jorphan.collections.ListedHashTree;

/**
 * The main class of a child JVM, for JMeter's language and file format are read once: prints what
 * the GUI shows of elements, and what is left of a property that was saved, loaded, cloned and sent
 * to another JVM. Arguments: the JMeter home, then class names, each with a property and its value.
 */
public final class SavedElements {
  private SavedElements() {}

  public static void main(String[] arguments) throws Exception {
    String home = arguments[0];
    JMeterUtils.setJMeterHome(home);
    JMeterUtils.loadJMeterProperties(home + "/bin/jmeter.properties");
    JMeterUtils.setProperty("language", "en");
    JMeterUtils.initLocale();
    SaveService.loadProperties();
    for (int i = 1; i < arguments.length; i += 3) {
      Class<?> type = Class.forName("io.tollgate.jmeter.elements." + arguments[i]);
      System.out.println(arguments[i] + " is shown as " + shown(type));
      System.out.println(arguments[i] + " keeps " + kept(type, arguments[i + 1], arguments[i + 2]));
    }
  }

  private static String shown(Class<?> type) throws Exception {
    BeanInfo info = Introspector.getBeanInfo(type);
    ResourceBundle words =
        (ResourceBundle) info.getBeanDescriptor().getValue(BeanInfoSupport.RESOURCE_BUNDLE);
    TreeMap<String, Object> defaults = new TreeMap<>();
    for (PropertyDescriptor field : info.getPropertyDescriptors()) {
      if (!field.isHidden() && field.getReadMethod().getDeclaringClass() == type) {
        defaults.put(field.getName(), field.getValue(BeanInfoSupport.DEFAULT));
        words.getString(field.getName() + ".displayName");
        words.getString(field.getName() + ".shortDescription");
      }
    }
    return words.getString("displayName") + " " + defaults;
  }

  private static String kept(Class<?> type, String property, String value) throws Exception {
    TestElement element = (TestElement) type.getDeclaredConstructor().newInstance();
    element.setName("an element");
    element.setProperty(property, value);
    element.setProperty(TestElement.GUI_CLASS, "TestBeanGUI");
    element.setProperty(TestElement.TEST_CLASS, type.getName());
    ListedHashTree tree = new ListedHashTree();
    tree.add(element);
    ByteArrayOutputStream saved = new ByteArrayOutputStream();
    SaveService.saveTree(tree, saved);
    Path file = Files.createTempFile("plan", ".jmx");
    Files.write(file, saved.toByteArray());
    TestElement loaded = (TestElement) SaveService.loadTree(file.toFile()).getArray()[0];
    Files.delete(file);
    TestElement copy = sent((TestElement) loaded.clone());
    return copy.getClass().getSimpleName()
        + " '"
        + copy.getName()
        + "' "
        + copy.getPropertyAsString(property)
        + (saved.toString("UTF-8").contains("<" + type.getName()) ? " under its name" : "");
  }

  private static TestElement sent(TestElement element) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(element);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (TestElement) in.readObject();
    }
  }
}
