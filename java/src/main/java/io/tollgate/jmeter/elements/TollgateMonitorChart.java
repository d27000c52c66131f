package io.tollgate.jmeter.elements;

import io.tollgate.jmeter.report.CredentialHistory;
import io.tollgate.jmeter.report.RunHistory;
import io.tollgate.jmeter.report.TokenLife;
import io.tollgate.run.JournalEntry;
import io.tollgate.text.Spoken;
import io.tollgate.text.TimeAxis;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.time.ZoneId;
import javax.swing.JComponent;
import javax.swing.UIManager;

/** Tokens over time: a lane each credential, a bar each token, gates behind, marks beneath. */
final class TollgateMonitorChart extends JComponent {
  private static final long serialVersionUID = 1L;
  private static final int LANE = 64;
  private static final int AXIS = 22;
  private static final int SIDE = 8;
  private static final int BAR = 20;

  /** The widest span that is drawn: of more, bars would be hairs. */
  private static final long SPAN_MILLIS = 15 * 60_000L;

  private transient RunHistory story;
  private final transient Spoken spoken = new Spoken(ZoneId.systemDefault());

  void show(RunHistory newStory) {
    story = newStory;
    setPreferredSize(new Dimension(400, story.credentials().size() * LANE + AXIS));
    revalidate();
    repaint();
  }

  @Override
  protected void paintComponent(Graphics graphics) {
    if (story == null) {
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
    Palette colours = Palette.on(background());
    g.setColor(colours.page);
    g.fillRect(0, 0, getWidth(), getHeight());
    g.setFont(base().deriveFont(Font.PLAIN, 12f));
    long end = story.end();
    long start = Math.max(story.start(), end - SPAN_MILLIS);
    TimeAxis axis = new TimeAxis(start, end, SIDE, getWidth() - 2.0 * SIDE);
    int bottom = story.credentials().size() * LANE;
    FontMetrics metrics = g.getFontMetrics();
    for (long at : axis.ticks(Math.max(2, getWidth() / 90))) {
      double x = axis.x(at);
      g.setColor(colours.line);
      g.draw(new Line2D.Double(x, 0, x, bottom));
      g.setColor(colours.dim);
      String label = spoken.clock(at);
      int width = metrics.stringWidth(label);
      double left = Math.max(0, Math.min(getWidth() - width, x - width / 2.0));
      g.drawString(label, (float) left, bottom + 15f);
    }
    int top = 0;
    for (CredentialHistory credential : story.credentials()) {
      lane(g, credential, axis, colours, top);
      top += LANE;
    }
  }

  private static void lane(
      Graphics2D g, CredentialHistory credential, TimeAxis axis, Palette colours, int top) {
    for (JournalEntry entry : credential.entries()) {
      boolean api = "api_gate".equals(entry.kind());
      if (api || "token_gate".equals(entry.kind())) {
        g.setColor(api ? colours.api : colours.gate);
        box(g, axis, entry.at(), entry.number("until"), top + 18, LANE - 22);
      }
    }
    g.setColor(colours.ink);
    g.drawString(credential.title(), SIDE, top + 14);
    for (TokenLife token : credential.tokens()) {
      bar(g, token, axis, colours, top + 21);
    }
    for (JournalEntry entry : credential.entries()) {
      mark(g, entry, axis, colours, top + 44);
    }
  }

  private static void bar(Graphics2D g, TokenLife token, TimeAxis axis, Palette colours, int top) {
    double left = axis.x(token.from());
    double right = axis.x(token.to());
    if (right - left < 0.5) {
      return;
    }
    g.setColor(token.generation() % 2 == 0 ? colours.even : colours.odd);
    g.fill(new Rectangle2D.Double(left, top, right - left, BAR));
    g.setColor(colours.ink);
    g.setStroke(new BasicStroke(1.5f));
    g.draw(new Line2D.Double(left, top - 2, left, top + BAR + 2));
    String number = Long.toString(token.generation());
    if (right - left > g.getFontMetrics().stringWidth(number) + 10) {
      g.setColor(colours.number);
      g.drawString(number, (float) left + 5, top + 14f);
    }
    if (token.end() == TokenLife.End.REVOKED) {
      g.setColor(colours.red);
      g.setStroke(new BasicStroke(2.5f));
      g.draw(new Line2D.Double(right - 5, top + 5, right + 5, top + 15));
      g.draw(new Line2D.Double(right - 5, top + 15, right + 5, top + 5));
    }
    g.setStroke(new BasicStroke(1f));
  }

  private static void mark(
      Graphics2D g, JournalEntry entry, TimeAxis axis, Palette colours, int top) {
    double x = axis.x(entry.at());
    switch (entry.kind()) {
      case "rejected":
      case "rejection_ignored":
      case "unattributed":
        g.setColor(colours.red);
        g.fill(new Ellipse2D.Double(x - 4, top, 8, 8));
        break;
      case "refused":
        g.setColor(colours.amber);
        g.fill(new Ellipse2D.Double(x - 4, top, 8, 8));
        break;
      case "waited":
        g.setColor(colours.wait);
        box(g, axis, entry.at() - entry.number("longest"), entry.at(), top + 10, 5);
        break;
      default:
        break;
    }
  }

  private static void box(Graphics2D g, TimeAxis axis, long from, long to, int top, int height) {
    double left = axis.x(from);
    g.fill(new Rectangle2D.Double(left, top, Math.max(1.5, axis.x(to) - left), height));
  }

  private Color background() {
    Color table = UIManager.getColor("Table.background");
    return table == null ? Color.WHITE : table;
  }

  private Font base() {
    Font font = UIManager.getFont("Label.font");
    return font == null ? new Font(Font.SANS_SERIF, Font.PLAIN, 12) : font;
  }

  /** Colours that can be told apart on a page of that brightness. */
  private static final class Palette {
    final Color page;
    final Color ink;
    final Color dim;
    final Color line;
    final Color odd;
    final Color even;
    final Color number = Color.WHITE;
    final Color red;
    final Color amber;
    final Color gate = new Color(0xf0, 0xb4, 0x29, 110);
    final Color api = new Color(0x8e, 0x5b, 0xd0, 90);
    final Color wait;

    private Palette(Color page, boolean dark) {
      this.page = page;
      ink = new Color(dark ? 0xe6eaf1 : 0x1c2330);
      dim = new Color(dark ? 0x9aa6b8 : 0x5a6475);
      line = new Color(dark ? 0x4a5361 : 0xd5dbe4);
      odd = new Color(dark ? 0x3f82cf : 0x2f6fb7);
      even = new Color(dark ? 0x27588f : 0x5b97d6);
      red = new Color(dark ? 0xff6b6b : 0xc62f2f);
      amber = new Color(dark ? 0xf0b429 : 0xb06f00);
      wait = new Color(dark ? 0x3ccfa9 : 0x0f8a6d);
    }

    static Palette on(Color page) {
      int brightness = page.getRed() * 3 + page.getGreen() * 6 + page.getBlue();
      return new Palette(page, brightness < 1280);
    }
  }
}
