package io.tollgate.jmeter.elements;

import io.tollgate.text.Canvas;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A chart in a window. Its colours can be told apart on a background of either brightness, and it
 * remembers what the shapes mean, for tooltips.
 */
final class WindowCanvas implements Canvas {
  /** How near to a thin shape the mouse must be. */
  private static final int REACH = 3;

  private static final BasicStroke SOLID = new BasicStroke(1f);
  private static final BasicStroke DASHED =
      new BasicStroke(1f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10f, new float[] {4, 3}, 0);

  private final Graphics2D graphics;
  private final Map<String, Color> colours;
  private final List<Meaning> meanings = new ArrayList<>();

  WindowCanvas(Graphics2D graphics, Color background) {
    this.graphics = graphics;
    this.colours = colours(background);
  }

  /** A shape and what it means. */
  private static final class Meaning {
    final Shape shape;
    final String title;

    Meaning(Shape shape, String title) {
      this.shape = shape;
      this.title = title;
    }
  }

  /** The colours of the styles on a background. */
  static Map<String, Color> colours(Color background) {
    int brightness = background.getRed() * 3 + background.getGreen() * 6 + background.getBlue();
    boolean dark = brightness < 1280;
    Map<String, Color> colours = new HashMap<>();
    colours.put("grid", new Color(dark ? 0x4a5361 : 0xd5dbe4));
    colours.put("tick", new Color(dark ? 0xa9b4c4 : 0x5a6475));
    colours.put("row", new Color(dark ? 0xe6eaf1 : 0x1c2330));
    colours.put("mint", colours.get("row"));
    colours.put("bar odd", new Color(dark ? 0x3a76bd : 0x1f5fa8));
    colours.put("bar even", new Color(dark ? 0x27588f : 0x3d78b8));
    colours.put("number", Color.WHITE);
    colours.put("cross", new Color(dark ? 0xff7b7b : 0xc62f2f));
    colours.put("e401", colours.get("cross"));
    colours.put("refusal", new Color(dark ? 0xf0b429 : 0x9a6000));
    colours.put("gate", new Color(0xf0, 0xb4, 0x29, 110));
    colours.put("gate frame", colours.get("refusal"));
    colours.put("api", new Color(0x8e, 0x5b, 0xd0, 90));
    colours.put("api frame", new Color(dark ? 0xb795e6 : 0x6f3fb5));
    colours.put("wait", new Color(dark ? 0x3ccfa9 : 0x0b7a60));
    return colours;
  }

  /** What is at a place; {@code null} if nothing that has a meaning is. */
  String meaningAt(double x, double y) {
    for (int i = meanings.size() - 1; i >= 0; i--) { // what was drawn last is on top
      Meaning meaning = meanings.get(i);
      if (meaning.shape.intersects(x - REACH, y - REACH, 2 * REACH, 2 * REACH)) {
        return meaning.title;
      }
    }
    return null;
  }

  private void means(Shape shape, String title) {
    if (title != null) {
      meanings.add(new Meaning(shape, title));
    }
  }

  private void fill(String style, Shape shape, String title) {
    graphics.setColor(colours.get(style));
    graphics.fill(shape);
    Color frame = colours.get(style + " frame");
    if (frame != null) {
      graphics.setColor(frame);
      graphics.setStroke(style.equals("api") ? DASHED : SOLID);
      graphics.draw(shape);
    }
    means(shape, title);
  }

  @Override
  public void rectangle(
      String style, double x, double y, double width, double height, String title) {
    fill(style, new Rectangle2D.Double(x, y, width, height), title);
  }

  @Override
  public void line(String style, double x1, double y1, double x2, double y2, String title) {
    graphics.setColor(colours.get(style));
    graphics.setStroke(style.equals("cross") ? new BasicStroke(2.5f) : SOLID);
    Line2D line = new Line2D.Double(x1, y1, x2, y2);
    graphics.draw(line);
    means(line, title);
  }

  @Override
  public void dot(String style, double x, double y, String title) {
    fill(style, new Ellipse2D.Double(x - 4, y - 4, 8, 8), title);
  }

  @Override
  public void diamond(String style, double x, double y, String title) {
    Path2D shape = new Path2D.Double();
    shape.moveTo(x, y - 5);
    shape.lineTo(x + 5, y);
    shape.lineTo(x, y + 5);
    shape.lineTo(x - 5, y);
    shape.closePath();
    fill(style, shape, title);
  }

  @Override
  public void text(String style, double x, double y, Anchor anchor, String text) {
    graphics.setColor(colours.get(style));
    int width = graphics.getFontMetrics().stringWidth(text);
    double left = anchor == Anchor.START ? x : x - (anchor == Anchor.MIDDLE ? width / 2.0 : width);
    graphics.drawString(text, (float) left, (float) y);
  }
}
