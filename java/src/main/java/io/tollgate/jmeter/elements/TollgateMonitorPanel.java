package io.tollgate.jmeter.elements;

import io.tollgate.jmeter.monitor.MonitorCells;
import io.tollgate.jmeter.monitor.MonitorFeed;
import io.tollgate.jmeter.monitor.MonitorRow;
import io.tollgate.jmeter.monitor.MonitorText;
import io.tollgate.jmeter.monitor.MonitorView;
import io.tollgate.text.LocalClock;
import java.awt.BorderLayout;
import java.awt.event.HierarchyEvent;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.swing.JButton;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JSplitPane;
import javax.swing.JTabbedPane;
import javax.swing.SwingUtilities;
import javax.swing.Timer;

/**
 * The live view: a row each credential, the chart and the journal. Looks once a second, on a thread
 * of its own and only while seen: the engine may let a reader wait, and the window must not.
 */
final class TollgateMonitorPanel extends JPanel {
  private static final long serialVersionUID = 1L;
  private static final int REFRESH_MILLIS = 1000;
  private static final int WHEEL_PIXELS = 16;

  /** Rows that a person can look through; thousands of users are for the report. */
  private static final int MOST_ROWS = 200;

  private final transient MonitorFeed feed;
  private final transient Executor reader;
  private final transient LocalClock clock = new LocalClock(ZoneId.systemDefault());
  private final AtomicBoolean reading = new AtomicBoolean();
  private final TollgateMonitorTable table =
      new TollgateMonitorTable(MonitorText.of("page.profiles"), MonitorCells.COLUMNS);
  private final TollgateMonitorChart chart = new TollgateMonitorChart();
  private final TollgateMonitorJournal journal = new TollgateMonitorJournal();
  private final JLabel note = new JLabel(" ");

  TollgateMonitorPanel(MonitorFeed feed, Executor reader) {
    super(new BorderLayout(0, 6));
    this.feed = feed;
    this.reader = reader;
    JScrollPane above = new JScrollPane(table);
    above.setColumnHeaderView(table.getTableHeader());
    JTabbedPane beneath = new JTabbedPane();
    beneath.addTab(MonitorText.of("chart.title"), timeline());
    beneath.addTab(MonitorText.of("journal.title"), journal);
    beneath.addChangeListener(chosen -> Mnemonics.assign(getParent() == null ? this : getParent()));
    JSplitPane both = new JSplitPane(JSplitPane.VERTICAL_SPLIT, above, beneath);
    both.setResizeWeight(0.3);
    add(both, BorderLayout.CENTER);
    add(note, BorderLayout.SOUTH);
    Timer timer = new Timer(REFRESH_MILLIS, tick -> refresh());
    addHierarchyListener(
        change -> {
          if ((change.getChangeFlags() & HierarchyEvent.SHOWING_CHANGED) != 0) {
            if (isShowing()) {
              refresh();
              timer.start();
            } else {
              timer.stop();
            }
          }
        });
  }

  /** A thread that ends when nothing is to be read. */
  static Executor ownThread() {
    ThreadPoolExecutor reader =
        new ThreadPoolExecutor(
            1,
            1,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "tollgate-monitor");
              thread.setDaemon(true);
              return thread;
            });
    reader.allowCoreThreadTimeOut(true);
    return reader;
  }

  private JPanel timeline() {
    JPanel buttons = new JPanel(new WrapLayout(6, 2));
    buttons.add(button("zoom_in", chart::zoomIn));
    buttons.add(button("zoom_out", chart::zoomOut));
    buttons.add(button("earlier", chart::earlier));
    buttons.add(button("later", chart::later));
    buttons.add(button("live", chart::live));
    JPanel timeline = new JPanel(new BorderLayout(0, 2));
    timeline.add(buttons, BorderLayout.NORTH);
    JScrollPane scroll = new JScrollPane(chart);
    scroll.getVerticalScrollBar().setUnitIncrement(WHEEL_PIXELS);
    timeline.add(scroll, BorderLayout.CENTER);
    timeline.add(new TollgateMonitorLegend(), BorderLayout.SOUTH);
    return timeline;
  }

  private static JButton button(String key, Runnable action) {
    JButton button = new JButton(MonitorText.of("chart." + key));
    button.setToolTipText(MonitorText.of("chart.help"));
    button.addActionListener(pressed -> action.run());
    return button;
  }

  private void refresh() {
    refresh(System.currentTimeMillis());
  }

  /** Reads the present state and shows it then; one reading at a time. */
  void refresh(long now) {
    if (reading.compareAndSet(false, true)) {
      reader.execute(() -> read(now));
    }
  }

  /** A fault is shown in the panel and thrown nowhere. */
  private void read(long now) {
    Runnable show;
    try {
      MonitorView view = feed.look(now);
      show = () -> show(view);
    } catch (RuntimeException | LinkageError e) {
      show = () -> note.setText(MonitorText.of("note.fault", e));
    }
    reading.set(false);
    if (SwingUtilities.isEventDispatchThread()) {
      show.run();
    } else {
      SwingUtilities.invokeLater(show);
    }
  }

  private void show(MonitorView view) {
    List<List<String>> cells = new ArrayList<>();
    for (MonitorRow row : view.rows()) {
      if (cells.size() < MOST_ROWS) {
        cells.add(MonitorCells.of(row, clock));
      }
    }
    table.show(cells);
    chart.show(view.history());
    journal.show(view.journal());
    String hidden = view.note(MOST_ROWS);
    note.setText(hidden.isEmpty() ? " " : hidden);
  }
}
