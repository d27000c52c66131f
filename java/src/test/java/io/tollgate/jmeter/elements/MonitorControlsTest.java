package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.jmeter.report.JournalLines;
import io.tollgate.run.Journal;
import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import io.tollgate.testing.Until;
import java.awt.Graphics2D;
import java.awt.event.MouseEvent;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.swing.JComponent;
import javax.swing.JTable;
import javax.swing.JTextField;
import javax.swing.KeyStroke;
import org.apache.jmeter.testelement.TestElement;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Monitor's journal, keys and chart, and what its element keeps. */
class MonitorControlsTest {
  @TempDir Path directory;

  @BeforeAll
  static void start() {
    System.setProperty("java.awt.headless", "true");
    Plugin.ready();
  }

  @Test
  void theJournalIsATableThatIsFilteredAndSaved() throws Exception {
    TollgateMonitorJournal journal = new TollgateMonitorJournal();
    journal.show(MonitorPanels.story().page().entries());
    JTable table = MonitorPanels.first(JTable.class, journal);
    assertEquals(MonitorPanels.story().page().entries().size(), table.getRowCount());
    assertEquals("token request sent", table.getValueAt(0, 2), "the newest first");
    assertTrue(MonitorPanels.note(journal).contains("17 of 17"), MonitorPanels.note(journal));
    MonitorPanels.first(JTextField.class, journal).setText("SLOW failed");
    assertEquals(1, table.getRowCount());
    assertEquals("the token endpoint answered 429: slow down", table.getValueAt(0, 3));
    Path file = directory.resolve("journal.csv");
    journal.save(file);
    List<String> lines = Files.readAllLines(file);
    assertEquals(2, lines.size());
    assertTrue(lines.get(1).contains(",refused,"), lines.get(1));
    journal.save(directory.resolve("no/such/place.csv"));
    assertTrue(MonitorPanels.note(journal).contains("Not saved"), MonitorPanels.note(journal));
  }

  @Test
  void theChartIsZoomedAndMovedByKeysAndSaysWhatIsUnderTheMouse() throws Exception {
    TollgateMonitorChart chart = new TollgateMonitorChart();
    chart.show(MonitorPanels.story().story(155));
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
  void theRunsJournalIsAFileWithoutAScreen() throws Exception {
    try (TokenServer server = new TokenServer()) {
      String name = Plugin.newName();
      Credential credential = Tollgate.define(name, server.settings());
      credential.token();
      minted(1, name);
      TollgateMonitor monitor = new TollgateMonitor();
      Path file = directory.resolve("journal.jsonl");
      monitor.setFilename(file.toString());
      monitor.testStarted();
      credential.report(401, null, server.token(1));
      credential.token();
      minted(2, name);
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

  /** The engine hands a token out and enters it into the journal next, which may be later. */
  private static void minted(int tokens, String profile) {
    Until.holds(
        "entries of " + tokens + " tokens",
        () ->
            Journal.read(0).entries().stream()
                    .filter(entry -> "minted".equals(entry.kind()))
                    .filter(entry -> profile.equals(entry.text("profile")))
                    .count()
                == tokens);
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
