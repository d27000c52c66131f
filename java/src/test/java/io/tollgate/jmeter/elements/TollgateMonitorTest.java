package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.weisj.darklaf.LafManager;
import com.github.weisj.darklaf.theme.Theme;
import com.github.weisj.darklaf.theme.info.AccentColorRule;
import com.github.weisj.darklaf.theme.info.FontSizeRule;
import io.tollgate.jmeter.monitor.MonitorFeed;
import io.tollgate.jmeter.monitor.MonitorFeeds;
import io.tollgate.jmeter.report.JournalLines;
import io.tollgate.testing.Contrast;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.Until;
import io.tollgate.text.LocalClock;
import java.awt.Color;
import java.awt.Component;
import java.awt.Container;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import javax.swing.JButton;
import javax.swing.JLabel;
import javax.swing.JTable;
import javax.swing.LookAndFeel;
import javax.swing.SwingUtilities;
import javax.swing.UIManager;
import javax.swing.table.JTableHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TollgateMonitorTest {
  @TempDir Path directory;

  @BeforeAll
  static void start() {
    System.setProperty("java.awt.headless", "true");
    Plugin.ready();
  }

  @AfterEach
  void light() {
    for (String key : DARK_KEYS) {
      UIManager.put(key, null);
    }
  }

  private static final String[] DARK_KEYS = {
    "Table.background",
    "Panel.background",
    "Table.foreground",
    "Label.foreground",
    "TableHeader.background",
    "TableHeader.foreground",
    "TitledBorder.titleColor",
    "Viewport.background",
    "ScrollPane.background"
  };

  @Test
  void eachCredentialIsARowAndALane() throws Exception {
    TollgateMonitorPanel panel = MonitorPanels.panel(MonitorPanels.story(), 155);
    JTable table = MonitorPanels.first(JTable.class, panel);
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < table.getRowCount(); row++) {
      StringBuilder cells = new StringBuilder();
      for (int column = 0; column < table.getColumnCount(); column++) {
        cells.append(table.getValueAt(row, column)).append('|');
      }
      rows.add(cells.toString());
    }
    String at = new LocalClock(ZoneId.systemDefault()).time(JournalLines.time(6));
    assertEquals(
        "[profile 'demo'|valid|3|105 s|first 1, ahead 1, rejected 1|0|0|40|3 for a token|||,"
            + " profile 'slow'|refreshing|1|8 min|first 1|1|0|0|0|API 5 s|"
            + at
            + " the token endpoint answered 429: slow down|]",
        rows.toString());
    BufferedImage image = MonitorPanels.painted(panel);
    MonitorPanels.keep(image, "monitor-light.png");
    Map<String, Color> colours = WindowCanvas.colours(Color.WHITE);
    assertTrue(MonitorPanels.pixels(image, colours.get("bar odd")) > 1000, "bars of odd tokens");
    assertTrue(MonitorPanels.pixels(image, colours.get("bar even")) > 300, "bars of even tokens");
    assertTrue(MonitorPanels.pixels(image, colours.get("e401")) > 20, "a 401 and a cross");
    assertTrue(MonitorPanels.pixels(image, colours.get("refusal")) > 20, "a refusal");
  }

  @Test
  void onADarkScreenItIsDark() throws Exception {
    for (String key : DARK_KEYS) {
      boolean ink = key.endsWith("oreground") || key.endsWith("Color");
      UIManager.put(key, new Color(ink ? 0xdddddd : 0x2b2b2b));
    }
    BufferedImage image = MonitorPanels.painted(MonitorPanels.panel(MonitorPanels.story(), 155));
    MonitorPanels.keep(image, "monitor-dark.png");
    Map<String, Color> colours = WindowCanvas.colours(new Color(0x2b2b2b));
    assertTrue(MonitorPanels.pixels(image, colours.get("bar odd")) > 1000, "bars of odd tokens");
    assertTrue(MonitorPanels.pixels(image, new Color(0x2b2b2b)) > 100_000, "a dark page");
    Color light = WindowCanvas.colours(Color.WHITE).get("e401");
    assertEquals(0, MonitorPanels.pixels(image, light), "the red of a light page");
  }

  @Test
  void withoutAnEngineThePanelReportsItAndAFaultStaysInThePanel() throws Exception {
    TollgateMonitorPanel empty =
        MonitorPanels.panel(MonitorFeeds.from(new JournalLines()::pageAfter), 1);
    assertEquals(0, MonitorPanels.first(JTable.class, empty).getRowCount());
    assertTrue(
        MonitorPanels.note(empty).contains("No profile has been used in this JMeter yet"),
        MonitorPanels.note(empty));
    TollgateMonitorPanel broken =
        MonitorPanels.panel(
            MonitorFeeds.from(
                after -> {
                  throw new UnsatisfiedLinkError("no library");
                }),
            1);
    assertEquals(0, MonitorPanels.first(JTable.class, broken).getRowCount());
    assertTrue(MonitorPanels.note(broken).contains("no library"), MonitorPanels.note(broken));
  }

  @Test
  void aNewRunThatHasUsedNothingYetDoesNotDenyTheOnesBefore() throws Exception {
    TollgateMonitorPanel panel =
        MonitorPanels.panel(
            MonitorFeeds.from(
                new JournalLines()
                        .run(0, "run_started")
                        .minted(1, 1, "first", 5)
                        .run(10, "run_ended")
                        .run(60, "run_started")
                    ::pageAfter),
            61);
    assertEquals(0, MonitorPanels.first(JTable.class, panel).getRowCount());
    assertTrue(
        MonitorPanels.note(panel).contains("This run has used no profile yet"),
        MonitorPanels.note(panel));
  }

  /** The engine may let a reader wait: the window goes on meanwhile. */
  @Test
  void theEngineIsNeverReadOnSwingsThread() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    CountDownLatch entered = new CountDownLatch(1);
    AtomicReference<Thread> reader = new AtomicReference<>();
    MonitorFeed hanging =
        MonitorFeeds.from(
            after -> {
              reader.set(Thread.currentThread());
              entered.countDown();
              try {
                released.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return MonitorPanels.story().page();
            });
    TollgateMonitorPanel[] panel = new TollgateMonitorPanel[1];
    Thread[] swing = new Thread[1];
    SwingUtilities.invokeAndWait(
        () -> {
          swing[0] = Thread.currentThread();
          panel[0] = new TollgateMonitorPanel(hanging, TollgateMonitorPanel.ownThread());
          panel[0].refresh(JournalLines.time(155));
        });
    entered.await();
    assertNotEquals(swing[0], reader.get());
    SwingUtilities.invokeAndWait(() -> panel[0].refresh(JournalLines.time(156)));
    assertEquals(0, MonitorPanels.first(JTable.class, panel[0]).getRowCount());
    released.countDown();
    Until.holds("the rows", () -> MonitorPanels.first(JTable.class, panel[0]).getRowCount() == 2);
  }

  /** At any size of letters, and when the look is changed while the panel is there. */
  @Test
  void allWordsHaveRoomAlsoAfterAChangeOfTheLook() throws Exception {
    LookAndFeel before = UIManager.getLookAndFeel();
    try {
      Forms.ready(Forms.looks().get("light"));
      TollgateMonitorPanel panel = MonitorPanels.panel(MonitorPanels.story(), 155);
      MonitorPanels.keep(allWordsHaveRoom(panel, 980), "monitor-light-100.png");
      for (int percent : new int[] {200, 100}) {
        Theme dark =
            Forms.looks()
                .get("dark")
                .derive(FontSizeRule.relativeAdjustment(percent), AccentColorRule.getDefault());
        SwingUtilities.invokeAndWait(
            () -> {
              LafManager.install(dark);
              SwingUtilities.updateComponentTreeUI(panel);
            });
        MonitorPanels.keep(allWordsHaveRoom(panel, 980), "monitor-dark-" + percent + ".png");
      }
    } finally {
      UIManager.setLookAndFeel(before);
    }
  }

  private static BufferedImage allWordsHaveRoom(TollgateMonitorPanel panel, int width)
      throws Exception {
    BufferedImage[] image = new BufferedImage[1];
    SwingUtilities.invokeAndWait(
        () -> {
          for (int round = 0; round < 4; round++) { // rows that wrap know their height after one
            panel.setSize(width, 640);
            MonitorPanels.layOut(panel);
          }
          image[0] = new BufferedImage(width, 640, BufferedImage.TYPE_INT_RGB);
          Graphics2D g = image[0].createGraphics();
          panel.printAll(g);
          g.dispose();
          JTable table = MonitorPanels.first(JTable.class, panel);
          int letters = table.getFontMetrics(table.getFont()).getHeight();
          assertTrue(table.getRowHeight() >= letters, "rows as high as letters");
          JTableHeader header = table.getTableHeader();
          assertTrue(header.getHeight() >= letters, "a header as high as letters");
          for (int column = 0; column < table.getColumnCount(); column++) {
            int room = table.getColumnModel().getColumn(column).getWidth();
            String name = table.getColumnName(column);
            int needed = header.getFontMetrics(header.getFont()).stringWidth(name);
            assertTrue(room > needed, name + " has " + room + " of " + needed);
            for (int row = 0; row < table.getRowCount(); row++) {
              String text = table.getValueAt(row, column).toString();
              needed = table.getFontMetrics(table.getFont()).stringWidth(text);
              assertTrue(room > needed, text + " has " + room + " of " + needed);
            }
          }
          assertTrue(labelsHaveRoom(panel) > 8, "labels");
        });
    return image[0];
  }

  private static int labelsHaveRoom(Container parent) {
    int found = 0;
    for (Component child : parent.getComponents()) {
      boolean words = child instanceof JLabel || child instanceof JButton;
      if (words && child.getParent().getWidth() > 0) {
        found++;
        String what = parent.getBounds() + " of " + child;
        assertTrue(child.getWidth() >= child.getPreferredSize().width, what);
        assertTrue(child.getHeight() >= child.getPreferredSize().height, what);
        assertTrue(child.getX() + child.getWidth() <= parent.getWidth(), what);
        assertTrue(child.getY() + child.getHeight() <= parent.getHeight(), what);
      } else if (child instanceof Container && child.isVisible() && !(child instanceof JTable)) {
        found += labelsHaveRoom((Container) child);
      }
    }
    return found;
  }

  @Test
  void wordsAndShapesCanBeSeenOnBothGrounds() {
    for (Color ground : new Color[] {Color.WHITE, new Color(0x3c3f41), new Color(0x2b2b2b)}) {
      Map<String, Color> colours = WindowCanvas.colours(ground);
      for (String words : new String[] {"tick", "row"}) {
        assertTrue(contrast(colours.get(words), ground) >= 4.5, words + " on " + ground);
      }
      for (String bar : new String[] {"bar odd", "bar even"}) {
        assertTrue(contrast(colours.get("number"), colours.get(bar)) >= 4.5, bar);
      }
      for (String shape : new String[] {"e401", "refusal", "wait", "gate frame", "api frame"}) {
        assertTrue(contrast(colours.get(shape), ground) >= 3, shape + " on " + ground);
      }
    }
  }

  private static double contrast(Color one, Color other) {
    return Contrast.of(one.getRGB(), other.getRGB());
  }
}
