package io.tollgate.jmeter.elements;

import io.tollgate.jmeter.monitor.MonitorText;
import java.awt.Component;
import java.awt.Dimension;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import javax.swing.Icon;
import javax.swing.JLabel;
import javax.swing.JPanel;

/**
 * What the shapes of the chart mean: a sample of each with its words, in as many rows as needed.
 */
final class TollgateMonitorLegend extends JPanel {
  private static final long serialVersionUID = 1L;
  private static final String[] KEYS = {"token", "cross", "e401", "refusal", "gate", "api", "wait"};

  TollgateMonitorLegend() {
    super(new WrapLayout(12, 3));
    for (String key : KEYS) {
      add(new JLabel(MonitorText.of("legend." + key), new Shape(key), JLabel.LEADING));
    }
  }

  /** Narrower or wider, it may need another number of rows. */
  @Override
  public void setBounds(int x, int y, int width, int height) {
    boolean other = width != getWidth();
    super.setBounds(x, y, width, height);
    if (other) {
      revalidate();
    }
  }

  /** The shape as the chart draws it. */
  private static final class Shape implements Icon {
    private static final int WIDTH = 16;
    private static final int HEIGHT = 12;
    private final String key;

    Shape(String key) {
      this.key = key;
    }

    @Override
    public int getIconWidth() {
      return WIDTH;
    }

    @Override
    public int getIconHeight() {
      return HEIGHT;
    }

    @Override
    public void paintIcon(Component component, Graphics graphics, int x, int y) {
      Graphics2D g = (Graphics2D) graphics.create();
      g.translate(x, y);
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      WindowCanvas canvas = new WindowCanvas(g, TollgateMonitorChart.background());
      Dimension size = new Dimension(WIDTH - 1, HEIGHT - 1);
      switch (key) {
        case "cross":
          canvas.line("cross", 4, 2, 12, 10, null);
          canvas.line("cross", 4, 10, 12, 2, null);
          break;
        case "e401":
          canvas.dot("e401", 8, 6, null);
          break;
        case "refusal":
          canvas.diamond("refusal", 8, 6, null);
          break;
        case "wait":
          canvas.rectangle("wait", 0, 4, size.width, 5, null);
          break;
        default:
          String style = key.equals("token") ? "bar odd" : key;
          canvas.rectangle(style, 0, 0, size.width, size.height, null);
          break;
      }
      g.dispose();
    }
  }
}
