package io.tollgate.jmeter.elements;

import io.tollgate.jmeter.report.RunHistory;
import io.tollgate.jmeter.report.TokenChart;
import io.tollgate.text.LocalClock;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.time.ZoneId;
import javax.swing.JComponent;
import javax.swing.UIManager;

/** The last minutes of the run as a {@link TokenChart}. */
final class TollgateMonitorChart extends JComponent {
  private static final long serialVersionUID = 1L;

  /** The widest span that is drawn: of more, bars would be hairs. */
  private static final long SPAN_MILLIS = 15 * 60_000L;

  private transient RunHistory history;
  private final transient LocalClock clock = new LocalClock(ZoneId.systemDefault());

  void show(RunHistory newHistory) {
    history = newHistory;
    setPreferredSize(new Dimension(400, TokenChart.height(history.credentials().size())));
    revalidate();
    repaint();
  }

  @Override
  protected void paintComponent(Graphics graphics) {
    if (history == null) {
      return;
    }
    Graphics2D g = (Graphics2D) graphics.create();
    try {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      paint(g);
    } finally {
      g.dispose();
    }
  }

  private void paint(Graphics2D g) {
    Color background = background();
    g.setColor(background);
    g.fillRect(0, 0, getWidth(), getHeight());
    g.setFont(base().deriveFont(Font.PLAIN, 12f));
    long end = history.end();
    long start = Math.max(history.start(), end - SPAN_MILLIS);
    TokenChart.draw(
        new WindowCanvas(g, background), history.credentials(), start, end, getWidth(), clock);
  }

  private static Color background() {
    Color table = UIManager.getColor("Table.background");
    return table == null ? Color.WHITE : table;
  }

  private static Font base() {
    Font font = UIManager.getFont("Label.font");
    return font == null ? new Font(Font.SANS_SERIF, Font.PLAIN, 12) : font;
  }
}
