package io.tollgate.jmeter.elements;

import io.tollgate.Tollgate;
import io.tollgate.jmeter.report.CredentialHistory;
import io.tollgate.jmeter.report.RunHistory;
import io.tollgate.text.Durations;
import java.awt.BorderLayout;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.event.HierarchyEvent;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.swing.BorderFactory;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JSplitPane;
import javax.swing.JTable;
import javax.swing.Timer;
import javax.swing.table.DefaultTableModel;

/**
 * The live view: a row each credential, and the chart. Looks once a second, and only while seen.
 */
final class TollgateMonitorPanel extends JPanel {
  private static final long serialVersionUID = 1L;
  private static final int REFRESH_MILLIS = 1000;

  /** Rows that a person can look through; thousands of users are for the report. */
  private static final int MOST_ROWS = 200;

  private static final String LEGEND =
      "Bars: tokens. Cross: revoked. Red: 401. Amber: failed token request. Shaded: yellow the"
          + " token endpoint, violet the API is left alone. Green: threads wait";

  private static final Pattern WAITERS = Pattern.compile("\"waiters\":(\\d+)");
  private static final String[] COLUMNS = {
    "Profile", "State", "Token", "Lives", "Minted", "Throttled", "401s", "Waiting", "Gate"
  };

  private final transient TollgateMonitorFeed feed;
  private final transient ToLongFunction<CredentialHistory> waiting;
  private final DefaultTableModel rows =
      new DefaultTableModel(COLUMNS, 0) {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean isCellEditable(int row, int column) {
          return false;
        }
      };
  private final TollgateMonitorChart chart = new TollgateMonitorChart();
  private final JLabel note = new JLabel(" ");

  TollgateMonitorPanel(TollgateMonitorFeed feed, ToLongFunction<CredentialHistory> waiting) {
    super(new BorderLayout(0, 6));
    this.feed = feed;
    this.waiting = waiting;
    JTable table = new JTable(rows);
    table.setFillsViewportHeight(true);
    table.getColumnModel().getColumn(0).setPreferredWidth(220);
    table.getColumnModel().getColumn(4).setPreferredWidth(230);
    for (int narrow : new int[] {2, 5, 6, 7}) {
      table.getColumnModel().getColumn(narrow).setPreferredWidth(60);
    }
    JScrollPane above = new JScrollPane(table);
    above.setColumnHeaderView(table.getTableHeader());
    above.setPreferredSize(new Dimension(700, 140));
    JScrollPane beneath = new JScrollPane(chart);
    beneath.setBorder(BorderFactory.createTitledBorder(Text.TOKENS_OVER_TIME.of()));
    JSplitPane both = new JSplitPane(JSplitPane.VERTICAL_SPLIT, above, beneath);
    both.setResizeWeight(0.35);
    add(both, BorderLayout.CENTER);
    note.setFont(note.getFont().deriveFont(Font.PLAIN, 11f));
    add(note, BorderLayout.SOUTH);
    Timer timer = new Timer(REFRESH_MILLIS, tick -> refresh(System.currentTimeMillis()));
    addHierarchyListener(
        change -> {
          if ((change.getChangeFlags() & HierarchyEvent.SHOWING_CHANGED) != 0) {
            if (isShowing()) {
              refresh(System.currentTimeMillis());
              timer.start();
            } else {
              timer.stop();
            }
          }
        });
  }

  /** Shows the present state. A fault is shown in the panel and thrown nowhere. */
  void refresh(long now) {
    try {
      show(feed.look(now), now);
    } catch (RuntimeException | LinkageError e) {
      note.setText(Text.ENGINE_NOT_ASKED.of(e));
    }
  }

  private void show(RunHistory story, long now) {
    rows.setRowCount(0);
    for (CredentialHistory credential : story.credentials()) {
      if (rows.getRowCount() < MOST_ROWS) {
        rows.addRow(row(credential, now));
      }
    }
    chart.show(story);
    note.setText(note(story));
  }

  private static String note(RunHistory story) {
    if (story.credentials().isEmpty()) {
      return "No profile has been used in this JMeter yet.";
    }
    String lost = story.lost() > 0 ? "; " + story.lost() + " older entries are gone" : "";
    int hidden = Math.max(0, story.credentials().size() - MOST_ROWS);
    return LEGEND + lost + (hidden > 0 ? "; " + hidden + " more are not shown" : "");
  }

  private Object[] row(CredentialHistory credential, long now) {
    long remaining = credential.remaining(now);
    long gate = credential.tokenGate(now);
    long api = credential.apiGate(now);
    String minted =
        credential.mints().entrySet().stream()
            .filter(one -> one.getValue() > 0)
            .map(one -> one.getKey() + " " + one.getValue())
            .collect(Collectors.joining(", "));
    return new Object[] {
      credential.title(),
      credential.state(now),
      credential.newest() == null ? "" : credential.newest().generation(),
      remaining == 0 ? "" : Durations.of(remaining / 1000 * 1000),
      minted,
      credential.throttled(),
      credential.rejections(),
      waiting.applyAsLong(credential),
      (gate > 0 ? "tokens " + Durations.of(gate) + " " : "")
          + (api > 0 ? "API " + Durations.of(api) : "")
    };
  }

  /** How many threads wait now, which no journal tells: it is over when it is written. */
  static long waitingNow(CredentialHistory credential) {
    Matcher waiters = WAITERS.matcher(Tollgate.credential(credential.profile()).status());
    return waiters.find() ? Long.parseLong(waiters.group(1)) : 0;
  }
}
