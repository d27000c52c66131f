package io.tollgate.jmeter.elements;

import io.tollgate.jmeter.monitor.JournalCsv;
import io.tollgate.jmeter.monitor.JournalRow;
import io.tollgate.jmeter.monitor.MonitorText;
import io.tollgate.run.JournalEntry;
import io.tollgate.text.LocalClock;
import java.awt.BorderLayout;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import javax.swing.JButton;
import javax.swing.JFileChooser;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTextField;
import javax.swing.event.DocumentEvent;
import javax.swing.event.DocumentListener;
import org.apache.jmeter.gui.util.FileDialoger;

/** The journal as a table, newest first, that can be filtered and saved. */
final class TollgateMonitorJournal extends JPanel {
  private static final long serialVersionUID = 1L;

  private final transient LocalClock clock = new LocalClock(ZoneId.systemDefault());
  private final TollgateMonitorTable table =
      new TollgateMonitorTable(MonitorText.of("journal.title"), JournalRow.COLUMNS);
  private final JTextField filter = new JTextField(24);
  private final JLabel note = new JLabel(" ");
  private final JButton save = new JButton(MonitorText.of("journal.save"));

  /** Newest first. */
  private transient List<JournalRow> rows = Collections.emptyList();

  private transient Map<JournalEntry, JournalRow> known = new IdentityHashMap<>();

  TollgateMonitorJournal() {
    super(new BorderLayout(0, 4));
    JPanel head = new JPanel(new WrapLayout(6, 2));
    JLabel label = new JLabel(MonitorText.of("journal.filter"));
    label.setLabelFor(filter);
    filter.getAccessibleContext().setAccessibleName(label.getText());
    head.add(label);
    head.add(filter);
    head.add(save);
    head.add(note);
    add(head, BorderLayout.NORTH);
    JScrollPane scroll = new JScrollPane(table);
    scroll.setColumnHeaderView(table.getTableHeader());
    add(scroll, BorderLayout.CENTER);
    save.addActionListener(pressed -> chooseAndSave());
    filter
        .getDocument()
        .addDocumentListener(
            new DocumentListener() {
              @Override
              public void insertUpdate(DocumentEvent event) {
                update();
              }

              @Override
              public void removeUpdate(DocumentEvent event) {
                update();
              }

              @Override
              public void changedUpdate(DocumentEvent event) {
                update();
              }
            });
  }

  /** Shows these entries, oldest first. What can't change any more is the same object as before. */
  void show(List<JournalEntry> entries) {
    Map<JournalEntry, JournalRow> now = new IdentityHashMap<>();
    List<JournalRow> newest = new ArrayList<>(entries.size());
    for (JournalEntry entry : entries) {
      JournalRow row = known.get(entry);
      row = row == null ? new JournalRow(entry, clock) : row;
      now.put(entry, row);
      newest.add(row);
    }
    Collections.reverse(newest);
    known = now;
    rows = newest;
    update();
  }

  private List<JournalRow> shown() {
    List<JournalRow> shown = new ArrayList<>();
    for (JournalRow row : rows) {
      if (row.matches(filter.getText())) {
        shown.add(row);
      }
    }
    return shown;
  }

  private void update() {
    List<List<String>> cells = new ArrayList<>();
    shown().forEach(row -> cells.add(row.cells()));
    table.show(cells);
    note.setText(MonitorText.of("journal.shown", cells.size(), rows.size()));
    save.setEnabled(!cells.isEmpty());
  }

  private void chooseAndSave() {
    JFileChooser chooser = FileDialoger.promptToSaveFile("tollgate-journal.csv");
    File file = chooser == null ? null : chooser.getSelectedFile();
    if (file != null) {
      save(file.toPath());
    }
  }

  /** Writes what is shown, oldest first, and says what came of it. */
  void save(Path file) {
    List<JournalEntry> entries = new ArrayList<>();
    shown().forEach(row -> entries.add(0, row.entry()));
    try {
      Files.write(file, JournalCsv.of(entries).getBytes(StandardCharsets.UTF_8));
      note.setText(MonitorText.of("journal.saved", entries.size(), file));
    } catch (IOException | SecurityException e) {
      note.setText(MonitorText.of("journal.not_saved", e));
    }
  }
}
