package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.weisj.darklaf.theme.Theme;
import java.awt.Component;
import java.awt.Container;
import java.awt.image.BufferedImage;
import java.beans.Introspector;
import java.io.File;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.swing.AbstractButton;
import javax.swing.JLabel;
import javax.swing.JTable;
import javax.swing.LookAndFeel;
import javax.swing.UIManager;
import javax.swing.table.JTableHeader;
import org.apache.jmeter.gui.JMeterGUIComponent;
import org.apache.jmeter.util.JMeterUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every form shows all its words in both looks, and the guide has a picture of each. */
class FormsTest {
  /** An empty form has one; ground, fields, their borders and text make four. */
  private static final int FEWEST_COLOURS = 4;

  private LookAndFeel before;

  @BeforeEach
  void remember() {
    before = UIManager.getLookAndFeel();
  }

  @AfterEach
  void putBack() throws Exception {
    UIManager.setLookAndFeel(before);
  }

  @Test
  void everyWordOfEveryFormIsThere() throws Exception {
    for (Map.Entry<String, Theme> look : Forms.looks().entrySet()) {
      Forms.ready(look.getValue());
      everyWordIsThere(look.getKey());
    }
  }

  @Test
  void everyGermanWordHasRoomToo() throws Exception {
    Forms.ready(Forms.looks().get("light"));
    JMeterUtils.setLocale(Locale.GERMAN);
    Introspector.flushCaches();
    try {
      everyWordIsThere("German");
    } finally {
      JMeterUtils.setLocale(Locale.ENGLISH);
      Introspector.flushCaches();
    }
  }

  private static void everyWordIsThere(String look) throws Exception {
    Map<String, JMeterGUIComponent> forms = Forms.all();
    assertTrue(forms.containsKey("Tollgate Credential"), forms.keySet().toString());
    assertTrue(forms.size() >= 4, forms.keySet().toString());
    for (Map.Entry<String, JMeterGUIComponent> form : forms.entrySet()) {
      String where = form.getKey() + ", " + look;
      BufferedImage image = Forms.draw((Component) form.getValue());
      assertTrue(colours(image) >= FEWEST_COLOURS, where + " is empty");
      assertTrue(words((Container) form.getValue(), where) >= 3, where + " has no words");
      assertNotNull(form.getValue().createTestElement());
    }
  }

  private static int colours(BufferedImage image) {
    Set<Integer> found = new HashSet<>();
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        found.add(image.getRGB(x, y));
      }
    }
    return found.size();
  }

  /** Counts the labels and buttons, each of which must have room for its words. */
  private static int words(Container parent, String where) {
    int found = 0;
    for (Component child : parent.getComponents()) {
      String text =
          child instanceof JLabel
              ? ((JLabel) child).getText()
              : child instanceof AbstractButton ? ((AbstractButton) child).getText() : null;
      if (text != null && !text.isEmpty() && child.isVisible()) {
        found++;
        String what = where + ": '" + text + "' " + child.getBounds();
        assertTrue(child.getWidth() >= child.getPreferredSize().width, what + " is clipped");
        assertTrue(child.getHeight() >= child.getPreferredSize().height, what + " is clipped");
        assertTrue(child.getX() >= 0 && child.getY() >= 0, what + " begins outside");
        assertTrue(child.getX() + child.getWidth() <= parent.getWidth(), what + " ends outside");
        assertTrue(child.getY() + child.getHeight() <= parent.getHeight(), what + " ends outside");
      }
      if (child instanceof Container
          && child.isVisible() // or it is not laid out
          && !(child instanceof JTable)
          && !(child instanceof JTableHeader)
          && !(child instanceof javax.swing.JComboBox)) {
        found += words((Container) child, where);
      }
    }
    return found;
  }

  @Test
  void theGuideHasAPictureOfEachFormInEachLookAndNoOther() throws Exception {
    Forms.ready(Forms.looks().get("light"));
    Set<String> wanted = new TreeSet<>();
    for (String title : Forms.all().keySet()) {
      for (String look : Forms.looks().keySet()) {
        wanted.add(Forms.fileName(title, look));
      }
    }
    String[] names =
        new File("../docs/images").list((folder, name) -> name.startsWith("tollgate-"));
    assertEquals(
        wanted,
        new TreeSet<>(Arrays.asList(names == null ? new String[0] : names)),
        "draw them anew with `gradle :java:screenshots`");
  }
}
