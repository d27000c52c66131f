package io.tollgate.jmeter.elements;

import io.tollgate.jmeter.monitor.MonitorText;
import io.tollgate.jmeter.report.RunHistory;
import io.tollgate.jmeter.report.TokenChart;
import io.tollgate.text.LocalClock;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.event.ActionEvent;
import java.awt.event.FocusAdapter;
import java.awt.event.FocusEvent;
import java.awt.event.MouseEvent;
import java.awt.event.MouseWheelEvent;
import java.time.ZoneId;
import javax.swing.AbstractAction;
import javax.swing.JPanel;
import javax.swing.KeyStroke;
import javax.swing.SwingUtilities;
import javax.swing.UIManager;

/**
 * A part of the run as a {@link TokenChart}: the newest minutes, which move with the run, or what
 * was chosen by zooming and moving, by buttons, keys, or the mouse's wheel with Ctrl.
 */
final class TollgateMonitorChart extends JPanel {
  private static final long serialVersionUID = 1L;

  /** The span at first: of more, bars would be hairs. */
  private static final long SPAN_MILLIS = 15 * 60_000L;

  private static final long SHORTEST_MILLIS = 5_000;

  /** The size of letters that a chart is made for; with larger ones all of it is larger. */
  private static final float LETTERS = 12f;

  /** A share of the span: so far does one step move, and so much does one step of zoom keep. */
  private static final double STEP = 0.5;

  private transient RunHistory history;
  private transient WindowCanvas drawn;
  private final transient LocalClock clock = new LocalClock(ZoneId.systemDefault());
  private long span = SPAN_MILLIS;

  /** The time at the right end; 0: that of the run. */
  private long to;

  TollgateMonitorChart() {
    setFocusable(true);
    setToolTipText(""); // or none is asked for
    getAccessibleContext().setAccessibleName(MonitorText.of("chart.title"));
    getAccessibleContext().setAccessibleDescription(MonitorText.of("chart.help"));
    key("zoom in", this::zoomIn, "PLUS", "typed +", "ADD", "EQUALS");
    key("zoom out", this::zoomOut, "MINUS", "SUBTRACT");
    key("earlier", this::earlier, "LEFT");
    key("later", this::later, "RIGHT");
    key("live", this::live, "END");
    addMouseWheelListener(this::wheel);
    addFocusListener(
        new FocusAdapter() {
          @Override
          public void focusGained(FocusEvent event) {
            repaint();
          }

          @Override
          public void focusLost(FocusEvent event) {
            repaint();
          }
        });
  }

  private void key(String name, Runnable action, String... keys) {
    for (String key : keys) {
      getInputMap().put(KeyStroke.getKeyStroke(key), name);
    }
    getActionMap()
        .put(
            name,
            new AbstractAction() {
              private static final long serialVersionUID = 1L;

              @Override
              public void actionPerformed(ActionEvent event) {
                action.run();
              }
            });
  }

  private void wheel(MouseWheelEvent event) {
    if (!event.isControlDown()) {
      if (getParent() != null) {
        getParent().dispatchEvent(SwingUtilities.convertMouseEvent(this, event, getParent()));
      }
    } else if (event.getWheelRotation() < 0) {
      zoomIn();
    } else {
      zoomOut();
    }
  }

  void show(RunHistory newHistory) {
    history = newHistory;
    int height = TokenChart.height(history.credentials().size());
    setPreferredSize(new Dimension(400, (int) Math.ceil(height * scale())));
    revalidate();
    repaint();
  }

  void zoomIn() {
    look(Math.max(SHORTEST_MILLIS, (long) (span() * STEP)), to);
  }

  void zoomOut() {
    look((long) (span() / STEP), to);
  }

  void earlier() {
    look(span(), Math.max(start() + span(), end() - (long) (span() * STEP)));
  }

  void later() {
    long later = end() + (long) (span() * STEP);
    look(span(), history == null || later >= history.end() ? 0 : later);
  }

  /** The newest minutes again, which move with the run. */
  void live() {
    look(SPAN_MILLIS, 0);
  }

  private void look(long newSpan, long newTo) {
    span = newSpan;
    to = newTo;
    repaint();
  }

  /** The run has no more than that. */
  private long span() {
    return history == null ? span : Math.max(1000, Math.min(span, history.end() - history.start()));
  }

  private long start() {
    return history == null ? 0 : history.start();
  }

  /** The time at the right end. */
  long end() {
    return history == null ? 0 : to == 0 ? history.end() : Math.min(to, history.end());
  }

  /** The time at the left end. */
  long begin() {
    return Math.max(start(), end() - span());
  }

  @Override
  public String getToolTipText(MouseEvent event) {
    double scale = scale();
    return drawn == null ? null : drawn.meaningAt(event.getX() / scale, event.getY() / scale);
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
    Graphics2D scaled = (Graphics2D) g.create();
    scaled.scale(scale(), scale());
    scaled.setFont(base().deriveFont(Font.PLAIN, LETTERS));
    drawn = new WindowCanvas(scaled, background);
    int width = (int) (getWidth() / scale());
    TokenChart.draw(drawn, history.credentials(), begin(), end(), width, clock);
    scaled.dispose();
    if (isFocusOwner()) {
      g.setColor(WindowCanvas.colours(background).get("tick"));
      g.setStroke(new BasicStroke(2f));
      g.drawRect(1, 1, getWidth() - 3, getHeight() - 3);
    }
  }

  /** What the chart is drawn on. */
  static Color background() {
    Color table = UIManager.getColor("Table.background");
    return table == null ? Color.WHITE : table;
  }

  private static double scale() {
    return Math.max(1, base().getSize2D() / LETTERS);
  }

  private static Font base() {
    Font font = UIManager.getFont("Label.font");
    return font == null ? new Font(Font.SANS_SERIF, Font.PLAIN, 12) : font;
  }
}
