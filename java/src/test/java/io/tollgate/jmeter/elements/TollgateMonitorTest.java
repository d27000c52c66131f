package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.jmeter.report.JournalLines;
import io.tollgate.jmeter.report.RunHistory;
import io.tollgate.run.Journal;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.awt.Color;
import java.awt.Component;
import java.awt.Container;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.swing.JTable;
import javax.swing.UIManager;
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
        .at(6, "refused", "cause=THROTTLED_UNTIL", "status=429", "words=429")
        .at(6, "token_gate", "count=1", JournalLines.until(36))
        .minted(37, 1, "first", 600)
        .at(100, "api_gate", "origin=https://api", "count=12", JournalLines.until(160))
        .at(150, "sent", "reason=ahead");
  }

  private static TollgateMonitorPanel panel(JournalLines told) {
    TollgateMonitorPanel panel =
        new TollgateMonitorPanel(new TollgateMonitorFeed(after -> told.page()), it -> 3);
    panel.refresh(JournalLines.time(155));
    return panel;
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

  private static long pixels(BufferedImage image, int rgb) {
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
    TollgateMonitorPanel panel = panel(story());
    JTable table = table(panel);
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < table.getRowCount(); row++) {
      StringBuilder cells = new StringBuilder();
      for (int column = 0; column < table.getColumnCount(); column++) {
        cells.append(table.getValueAt(row, column)).append('|');
      }
      rows.add(cells.toString());
    }
    assertEquals(
        "[profile 'demo'|valid|3|105 s|first 1, ahead 1, rejected 1|0|40|3||,"
            + " profile 'slow'|refreshing|1|8 min|first 1|1|0|3|API 5 s|]",
        rows.toString());
    BufferedImage image = painted(panel);
    keep(image, "monitor-light.png");
    assertTrue(pixels(image, 0x2f6fb7) > 1000, "bars of odd tokens");
    assertTrue(pixels(image, 0x5b97d6) > 300, "bars of even tokens");
    assertTrue(pixels(image, 0xc62f2f) > 20, "a 401 and a cross");
    assertTrue(pixels(image, 0xb06f00) > 20, "a refusal");
  }

  @Test
  void onADarkScreenItIsDark() throws Exception {
    for (String key : DARK_KEYS) {
      boolean ink = key.endsWith("oreground") || key.endsWith("Color");
      UIManager.put(key, new Color(ink ? 0xdddddd : 0x2b2b2b));
    }
    BufferedImage image = painted(panel(story()));
    keep(image, "monitor-dark.png");
    assertTrue(pixels(image, 0x3f82cf) > 1000, "bars of odd tokens");
    assertTrue(pixels(image, 0x2b2b2b) > 100_000, "a dark page");
    assertEquals(0, pixels(image, 0xc62f2f), "the red of a light page");
  }

  @Test
  void withoutAnEngineThePanelReportsItAndAFaultStaysInThePanel() {
    Journal.Page nothing = Journal.page(new String[] {"last=0"});
    TollgateMonitorPanel empty =
        new TollgateMonitorPanel(new TollgateMonitorFeed(after -> nothing), it -> 0);
    empty.refresh(JournalLines.time(1));
    assertEquals(0, table(empty).getRowCount());
    TollgateMonitorPanel broken =
        new TollgateMonitorPanel(
            new TollgateMonitorFeed(
                after -> {
                  throw new UnsatisfiedLinkError("no library");
                }),
            it -> 0);
    broken.refresh(JournalLines.time(1));
    assertEquals(0, table(broken).getRowCount());
  }

  @Test
  void theFeedAsksAgainOnlyForWhatMayGrow() {
    JournalLines told = story();
    List<Long> asked = new ArrayList<>();
    TollgateMonitorFeed feed =
        new TollgateMonitorFeed(
            after -> {
              asked.add(after);
              List<String> lines = new ArrayList<>();
              lines.add("lost=0\tlast=99\tgrows=60000");
              told.page().entries().stream()
                  .filter(entry -> entry.number("number") > after)
                  .forEach(entry -> lines.add(line(entry)));
              return Journal.page(lines.toArray(new String[0]));
            });
    for (double second : new double[] {10, 155, 155, 1000}) {
      RunHistory seen = feed.look(JournalLines.time(second));
      assertEquals(2, seen.credentials().size());
      assertEquals(3, seen.credentials().iterator().next().newest().generation());
    }
    assertEquals(0L, asked.get(0));
    assertEquals(0L, asked.get(1));
    assertTrue(asked.get(2) > 0 && asked.get(2) < asked.get(3) + 1, asked.toString());
  }

  private static String line(io.tollgate.run.JournalEntry entry) {
    StringBuilder line = new StringBuilder();
    for (String key :
        new String[] {
          "number",
          "at",
          "credential",
          "profile",
          "title",
          "kind",
          "reason",
          "generation",
          "started",
          "lifetime",
          "count",
          "until"
        }) {
      if (entry.has(key)) {
        line.append(line.length() == 0 ? "" : "\t").append(key).append('=').append(entry.text(key));
      }
    }
    return line.toString();
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
