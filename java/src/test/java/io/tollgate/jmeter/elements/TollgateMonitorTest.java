package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.weisj.darklaf.LafManager;
import com.github.weisj.darklaf.theme.Theme;
import com.github.weisj.darklaf.theme.info.AccentColorRule;
import com.github.weisj.darklaf.theme.info.FontSizeRule;
import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.jmeter.monitor.MonitorFeed;
import io.tollgate.jmeter.monitor.MonitorFeeds;
import io.tollgate.jmeter.report.JournalLines;
import io.tollgate.testing.Contrast;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import io.tollgate.testing.Until;
import io.tollgate.text.LocalClock;
import java.awt.Color;
import java.awt.Component;
import java.awt.Container;
import java.awt.Graphics2D;
import java.awt.event.MouseEvent;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.swing.JButton;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JTabbedPane;
import javax.swing.JTable;
import javax.swing.JTextField;
import javax.swing.KeyStroke;
import javax.swing.LookAndFeel;
import javax.swing.SwingUtilities;
import javax.swing.UIManager;
import javax.swing.table.JTableHeader;
import org.apache.jmeter.testelement.TestElement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TollgateMonitorTest {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 520;

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

  private static JournalLines story() {
    return new JournalLines()
        .run(0, "run_started")
        .minted(2, 1, "first", 120)
        .at(2, "waited", "count=200", "longest=1900", JournalLines.until(2))
        .minted(95, 2, "ahead", 120)
        .at(140, "rejected", "generation=2", "age=45000", "count=40", JournalLines.until(141))
        .minted(141, 3, "rejected", 120)
        .at(141, "waited", "count=31", "longest=900", JournalLines.until(141))
        .of(2, "slow")
        .at(5, "sent", "reason=first")
        .at(
            6,
            "refused",
            "cause=THROTTLED_UNTIL",
            "status=429",
            "words=the token endpoint answered 429: slow down")
        .at(6, "token_gate", "count=1", JournalLines.until(36))
        .minted(37, 1, "first", 600)
        .at(100, "api_gate", "origin=https://api", "count=12", JournalLines.until(160))
        .at(150, "sent", "reason=ahead");
  }

  private static TollgateMonitorPanel panel(JournalLines told, double second) throws Exception {
    return panel(MonitorFeeds.of(told, Collections.singletonMap("profile 'demo'", 3)), second);
  }

  /** As the panel of a window, on Swing's thread. */
  private static TollgateMonitorPanel panel(MonitorFeed feed, double second) throws Exception {
    TollgateMonitorPanel[] panel = new TollgateMonitorPanel[1];
    SwingUtilities.invokeAndWait(
        () -> {
          panel[0] = new TollgateMonitorPanel(feed, Runnable::run);
          panel[0].refresh(JournalLines.time(second));
        });
    return panel[0];
  }

  private static BufferedImage painted(Component panel) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    panel.setSize(WIDTH, HEIGHT);
    layOut(panel);
    Graphics2D g = image.createGraphics();
    panel.printAll(g);
    g.dispose();
    return image;
  }

  private static void layOut(Component component) {
    component.doLayout();
    if (component instanceof Container) {
      for (Component child : ((Container) component).getComponents()) {
        layOut(child);
      }
    }
  }

  private static String note(Container in) {
    StringBuilder text = new StringBuilder();
    for (Component child : in.getComponents()) {
      text.append(child instanceof JLabel ? ((JLabel) child).getText() + "\n" : "");
      text.append(child instanceof Container ? note((Container) child) : "");
    }
    return text.toString();
  }

  private static long pixels(BufferedImage image, Color colour) {
    int rgb = colour.getRGB() & 0xffffff;
    long found = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        found += (image.getRGB(x, y) & 0xffffff) == rgb ? 1 : 0;
      }
    }
    return found;
  }

  private static JTable table(Container in) {
    for (Component child : in.getComponents()) {
      JTable found =
          child instanceof JTable
              ? (JTable) child
              : child instanceof Container ? table((Container) child) : null;
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** Pictures go where a person can look at them. */
  private static void keep(BufferedImage image, String name) throws Exception {
    File folder = new File(Plugin.jar().getParentFile().getParentFile(), "pictures");
    Files.createDirectories(folder.toPath());
    ImageIO.write(image, "png", new File(folder, name));
  }

  @Test
  void eachCredentialIsARowAndALane() throws Exception {
    TollgateMonitorPanel panel = panel(story(), 155);
    JTable table = table(panel);
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
    BufferedImage image = painted(panel);
    keep(image, "monitor-light.png");
    Map<String, Color> colours = WindowCanvas.colours(Color.WHITE);
    assertTrue(pixels(image, colours.get("bar odd")) > 1000, "bars of odd tokens");
    assertTrue(pixels(image, colours.get("bar even")) > 300, "bars of even tokens");
    assertTrue(pixels(image, colours.get("e401")) > 20, "a 401 and a cross");
    assertTrue(pixels(image, colours.get("refusal")) > 20, "a refusal");
  }

  @Test
  void onADarkScreenItIsDark() throws Exception {
    for (String key : DARK_KEYS) {
      boolean ink = key.endsWith("oreground") || key.endsWith("Color");
      UIManager.put(key, new Color(ink ? 0xdddddd : 0x2b2b2b));
    }
    BufferedImage image = painted(panel(story(), 155));
    keep(image, "monitor-dark.png");
    Map<String, Color> colours = WindowCanvas.colours(new Color(0x2b2b2b));
    assertTrue(pixels(image, colours.get("bar odd")) > 1000, "bars of odd tokens");
    assertTrue(pixels(image, new Color(0x2b2b2b)) > 100_000, "a dark page");
    Color light = WindowCanvas.colours(Color.WHITE).get("e401");
    assertEquals(0, pixels(image, light), "the red of a light page");
  }

  @Test
  void withoutAnEngineThePanelReportsItAndAFaultStaysInThePanel() throws Exception {
    TollgateMonitorPanel empty = panel(MonitorFeeds.from(new JournalLines()::pageAfter), 1);
    assertEquals(0, table(empty).getRowCount());
    assertTrue(note(empty).contains("No profile has been used in this JMeter yet"), note(empty));
    TollgateMonitorPanel broken =
        panel(
            MonitorFeeds.from(
                after -> {
                  throw new UnsatisfiedLinkError("no library");
                }),
            1);
    assertEquals(0, table(broken).getRowCount());
    assertTrue(note(broken).contains("no library"), note(broken));
  }

  @Test
  void aNewRunThatHasUsedNothingYetDoesNotDenyTheOnesBefore() throws Exception {
    TollgateMonitorPanel panel =
        panel(
            MonitorFeeds.from(
                new JournalLines()
                        .run(0, "run_started")
                        .minted(1, 1, "first", 5)
                        .run(10, "run_ended")
                        .run(60, "run_started")
                    ::pageAfter),
            61);
    assertEquals(0, table(panel).getRowCount());
    assertTrue(note(panel).contains("This run has used no profile yet"), note(panel));
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
              return story().page();
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
    assertEquals(0, table(panel[0]).getRowCount());
    released.countDown();
    Until.holds("the rows", () -> table(panel[0]).getRowCount() == 2);
  }

  /** At any size of letters, and when the look is changed while the panel is there. */
  @Test
  void allWordsHaveRoomAlsoAfterAChangeOfTheLook() throws Exception {
    LookAndFeel before = UIManager.getLookAndFeel();
    try {
      Forms.ready(Forms.looks().get("light"));
      TollgateMonitorPanel panel = panel(story(), 155);
      keep(allWordsHaveRoom(panel, 980), "monitor-light-100.png");
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
        keep(allWordsHaveRoom(panel, 980), "monitor-dark-" + percent + ".png");
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
            layOut(panel);
          }
          image[0] = new BufferedImage(width, 640, BufferedImage.TYPE_INT_RGB);
          Graphics2D g = image[0].createGraphics();
          panel.printAll(g);
          g.dispose();
          JTable table = table(panel);
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
  void theJournalIsATableThatIsFilteredAndSaved() throws Exception {
    TollgateMonitorJournal journal = new TollgateMonitorJournal();
    journal.show(story().page().entries());
    JTable table = table(journal);
    assertEquals(story().page().entries().size(), table.getRowCount());
    assertEquals("token request sent", table.getValueAt(0, 2), "the newest first");
    assertTrue(note(journal).contains("17 of 17"), note(journal));
    field(journal).setText("SLOW failed");
    assertEquals(1, table.getRowCount());
    assertEquals("the token endpoint answered 429: slow down", table.getValueAt(0, 3));
    Path file = directory.resolve("journal.csv");
    journal.save(file);
    List<String> lines = Files.readAllLines(file);
    assertEquals(2, lines.size());
    assertTrue(lines.get(1).contains(",refused,"), lines.get(1));
    journal.save(directory.resolve("no/such/place.csv"));
    assertTrue(note(journal).contains("Not saved"), note(journal));
  }

  private static JTextField field(Container in) {
    for (Component child : in.getComponents()) {
      JTextField found =
          child instanceof JTextField
              ? (JTextField) child
              : child instanceof Container ? field((Container) child) : null;
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  @Test
  void eachButtonAndFieldHasAKeyOfItsOwnOnBothTabs() {
    TollgateMonitorGui gui = new TollgateMonitorGui();
    JTabbedPane tabs = tabs(gui);
    for (int tab = 0; tab < tabs.getTabCount(); tab++) {
      tabs.setSelectedIndex(tab);
      List<Integer> keys = new ArrayList<>();
      keys(gui, keys);
      assertTrue(keys.size() >= 4, keys::toString);
      assertEquals(keys.size(), new HashSet<>(keys).size(), keys::toString);
      assertFalse(keys.contains(0), keys::toString);
    }
  }

  private static JTabbedPane tabs(Container in) {
    for (Component child : in.getComponents()) {
      JTabbedPane found =
          child instanceof JTabbedPane
              ? (JTabbedPane) child
              : child instanceof Container ? tabs((Container) child) : null;
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static void keys(Container in, List<Integer> keys) {
    for (Component child : in.getComponents()) {
      boolean words = child instanceof JButton && !((JButton) child).getText().isEmpty();
      if (!child.isVisible()) {
        continue;
      }
      if (words) {
        keys.add(((JButton) child).getMnemonic());
      } else if (child instanceof JLabel && ((JLabel) child).getLabelFor() != null) {
        keys.add(((JLabel) child).getDisplayedMnemonic());
      } else if (child instanceof Container) {
        keys((Container) child, keys);
      }
    }
  }

  @Test
  void theChartIsZoomedAndMovedByKeysAndSaysWhatIsUnderTheMouse() throws Exception {
    TollgateMonitorChart chart = new TollgateMonitorChart();
    chart.show(story().story(155));
    chart.setSize(900, 300);
    BufferedImage image = new BufferedImage(900, 300, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    chart.printAll(g);
    assertEquals(JournalLines.time(0), chart.begin());
    String there =
        chart.getToolTipText(
            new MouseEvent(chart, MouseEvent.MOUSE_MOVED, 0, 0, 400, 30, 0, false));
    assertTrue(there.startsWith("token 1 (first), "), there);
    assertNull(
        chart.getToolTipText(
            new MouseEvent(chart, MouseEvent.MOUSE_MOVED, 0, 0, 4, 150, 0, false)));
    press(chart, "PLUS");
    assertEquals(JournalLines.time(77.5), chart.begin());
    press(chart, "LEFT");
    assertEquals(JournalLines.time(77.5) - 38_750, chart.begin());
    assertEquals(JournalLines.time(155) - 38_750, chart.end());
    press(chart, "MINUS");
    press(chart, "MINUS");
    assertEquals(JournalLines.time(0), chart.begin());
    press(chart, "END");
    assertEquals(JournalLines.time(155), chart.end());
    g.dispose();
  }

  private static void press(JComponent component, String key) {
    Object action = component.getInputMap().get(KeyStroke.getKeyStroke(key));
    component.getActionMap().get(action).actionPerformed(null);
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

  @Test
  void theRunsJournalIsAFileWithoutAScreen() throws Exception {
    try (TokenServer server = new TokenServer()) {
      Credential credential = Tollgate.define(Plugin.newName(), server.settings());
      credential.token();
      TollgateMonitor monitor = new TollgateMonitor();
      Path file = directory.resolve("journal.jsonl");
      monitor.setFilename(file.toString());
      monitor.testStarted();
      credential.report(401, null, server.token(1));
      credential.token();
      monitor.testEnded();
      List<String> lines = Files.readAllLines(file);
      long minted = lines.stream().filter(line -> line.contains("\"kind\":\"minted\"")).count();
      assertEquals(1, minted, lines.toString());
      assertTrue(lines.stream().anyMatch(line -> line.matches(".*\"kind\":\"rejected\".*")));
      assertTrue(lines.get(0).matches("\\{\"number\":\\d+,\"at\":\\d{13},.*}"), lines.get(0));
      String all = lines.toString();
      assertFalse(all.contains("demo-secret") || all.contains(server.token(1)), all);
      monitor.setFilename(directory.resolve("no/such/place").toString());
      monitor.testEnded();
    }
  }

  @Test
  void thePanelKeepsWhatTheElementHas() {
    TollgateMonitorGui gui = new TollgateMonitorGui();
    assertEquals("Tollgate Monitor", gui.getStaticLabel());
    TestElement element = gui.createTestElement();
    assertEquals("Tollgate Monitor", element.getName());
    ((TollgateMonitor) element).setFilename("a.jsonl");
    gui.configure(element);
    TollgateMonitor copy = new TollgateMonitor();
    gui.modifyTestElement(copy);
    assertEquals("a.jsonl", copy.getFilename());
    assertEquals(
        TollgateMonitorGui.class.getName(), copy.getPropertyAsString("TestElement.gui_class"));
    gui.clearGui();
    gui.modifyTestElement(copy);
    assertEquals("", copy.getFilename());
  }
}
