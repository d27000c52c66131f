package io.tollgate.jmeter.elements;

import com.github.weisj.darklaf.LafManager;
import com.github.weisj.darklaf.theme.DarculaTheme;
import com.github.weisj.darklaf.theme.IntelliJTheme;
import com.github.weisj.darklaf.theme.Theme;
import io.tollgate.testing.Plugin;
import java.awt.Component;
import java.awt.Container;
import java.awt.Dimension;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.beans.Introspector;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import javax.imageio.ImageIO;
import javax.swing.SwingUtilities;
import org.apache.jmeter.gui.JMeterGUIComponent;
import org.apache.jmeter.testbeans.TestBean;
import org.apache.jmeter.testbeans.gui.TestBeanGUI;
import org.apache.jmeter.testelement.TestElement;
import org.apache.jmeter.util.JMeterUtils;

/**
 * The forms of all elements in the jar, drawn as JMeter shows them, in its two usual looks; no
 * screen is needed. As a program it writes them to the folder that it is told, for the guide.
 */
public final class Forms {
  private static final String PACKAGE = "io/tollgate/jmeter/elements/";
  private static final int WIDTH = 980;

  /** Rounds of layout until texts that wrap know their width and so their height. */
  private static final int ROUNDS = 4;

  private Forms() {}

  /** JMeter's looks, by the word in the name of a picture. */
  static Map<String, Theme> looks() {
    Map<String, Theme> looks = new LinkedHashMap<>();
    looks.put("light", new IntelliJTheme());
    looks.put("dark", new DarculaTheme());
    return looks;
  }

  static void ready(Theme theme) throws Exception {
    System.setProperty("java.awt.headless", "true");
    Plugin.ready();
    JMeterUtils.setJMeterHome(System.getProperty("tollgate.test.jmeter"));
    JMeterUtils.setLocale(Locale.ENGLISH);
    Introspector.flushCaches(); // what was looked up before the locale was known has no words
    SwingUtilities.invokeAndWait(() -> LafManager.install(theme));
  }

  /** The form of each element that the jar has, by the title it shows. */
  static Map<String, JMeterGUIComponent> all() throws Exception {
    Map<String, JMeterGUIComponent> forms = new TreeMap<>();
    try (JarFile jar = new JarFile(Plugin.jar())) {
      List<String> names =
          Arrays.asList(jar.stream().map(entry -> entry.getName()).toArray(String[]::new));
      for (String name : names) {
        if (name.startsWith(PACKAGE) && name.endsWith(".class") && !name.contains("$")) {
          Class<?> type =
              Class.forName(
                  name.substring(0, name.length() - 6).replace('/', '.'), false, loader());
          JMeterGUIComponent form = formOf(type);
          if (form != null) {
            forms.put(form.getStaticLabel(), form);
          }
        }
      }
    }
    return forms;
  }

  private static ClassLoader loader() {
    return Forms.class.getClassLoader();
  }

  private static JMeterGUIComponent formOf(Class<?> type) throws Exception {
    if (TestBean.class.isAssignableFrom(type)) {
      TestBeanGUI gui = new TestBeanGUI(type);
      TestElement element = (TestElement) type.getDeclaredConstructor().newInstance();
      element.setName(gui.getStaticLabel());
      gui.configure(element);
      return gui;
    }
    if (!JMeterGUIComponent.class.isAssignableFrom(type)) {
      return null;
    }
    JMeterGUIComponent gui = (JMeterGUIComponent) type.getDeclaredConstructor().newInstance();
    if (gui instanceof CredentialConfigGui) {
      gui.configure(filledIn());
    }
    return gui;
  }

  private static CredentialConfig filledIn() {
    CredentialConfig element = new CredentialConfig();
    element.setName("Tollgate Credential");
    element.setProfile("default");
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("region", "ap-southeast-2");
    settings.put("client_id", "4c1e0f2a-load-test");
    settings.put("client_secret", "env:GENESYS_SECRET");
    settings.put("pool", "4");
    element.setSettings(settings);
    return element;
  }

  /** Lays a form out and draws it. */
  static BufferedImage draw(Component form) throws InterruptedException {
    BufferedImage[] drawn = new BufferedImage[1];
    try {
      SwingUtilities.invokeAndWait(() -> drawn[0] = drawHere(form));
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    }
    return drawn[0];
  }

  private static BufferedImage drawHere(Component form) {
    for (int i = 0; i < ROUNDS; i++) {
      form.setSize(new Dimension(WIDTH, form.getPreferredSize().height));
      layOut(form);
    }
    BufferedImage image =
        new BufferedImage(form.getWidth(), form.getHeight(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(form.getBackground());
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    form.printAll(graphics);
    graphics.dispose();
    return image;
  }

  private static void layOut(Component component) {
    component.invalidate();
    component.doLayout();
    if (component instanceof Container) {
      for (Component child : ((Container) component).getComponents()) {
        layOut(child);
      }
    }
  }

  /** The name of a picture. */
  static String fileName(String title, String look) {
    return title.toLowerCase(Locale.ROOT).replace(' ', '-') + "-" + look + ".png";
  }

  /** Writes all pictures into the folder named by the one argument. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Paths.get(arguments[0]));
    for (Map.Entry<String, Theme> look : looks().entrySet()) {
      ready(look.getValue());
      for (Map.Entry<String, JMeterGUIComponent> form : all().entrySet()) {
        File file = folder.resolve(fileName(form.getKey(), look.getKey())).toFile();
        if (!ImageIO.write(draw((Component) form.getValue()), "png", file)) {
          throw new IOException("no writer for " + file);
        }
        System.out.println(file);
      }
    }
    System.exit(0); // the event thread of a screen that is not there would go on
  }
}
