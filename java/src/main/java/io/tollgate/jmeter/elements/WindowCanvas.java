package io.tollgate.jmeter.elements;

import io.tollgate.text.Canvas;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.HashMap;
import java.util.Map;

/** A chart in a window. Its colours can be told apart on a background of either brightness. */
final class WindowCanvas implements Canvas {
  private final Graphics2D graphics;
  private final Map<String, Color> colours = new HashMap<>();

  WindowCanvas(Graphics2D graphics, Color background) {
    this.graphics = graphics;
    int brightness = background.getRed() * 3 + background.getGreen() * 6 + background.getBlue();
    boolean dark = brightness < 1280;
    colours.put("grid", new Color(dark ? 0x4a5361 : 0xd5dbe4));
    colours.put("tick", new Color(dark ? 0x9aa6b8 : 0x5a6475));
    colours.put("row", new Color(dark ? 0xe6eaf1 : 0x1c2330));
    colours.put("mint", colours.get("row"));
    colours.put("bar odd", new Color(dark ? 0x3f82cf : 0x2f6fb7));
    colours.put("bar even", new Color(dark ? 0x27588f : 0x5b97d6));
    colours.put("number", Color.WHITE);
    colours.put("cross", new Color(dark ? 0xff6b6b : 0xc62f2f));
    colours.put("e401", colours.get("cross"));
    colours.put("refusal", new Color(dark ? 0xf0b429 : 0xb06f00));
    colours.put("gate", new Color(0xf0, 0xb4, 0x29, 110));
    colours.put("api", new Color(0x8e, 0x5b, 0xd0, 90));
    colours.put("wait", new Color(dark ? 0x3ccfa9 : 0x0f8a6d));
  }

  @Override
  public void rectangle(
      String style, double x, double y, double width, double height, String title) {
    graphics.setColor(colours.get(style));
    graphics.fill(new Rectangle2D.Double(x, y, width, height));
  }

  @Override
  public void line(String style, double x1, double y1, double x2, double y2, String title) {
    graphics.setColor(colours.get(style));
    graphics.setStroke(new BasicStroke(style.equals("cross") ? 2.5f : 1f));
    graphics.draw(new Line2D.Double(x1, y1, x2, y2));
  }

  @Override
  public void dot(String style, double x, double y, String title) {
    graphics.setColor(colours.get(style));
    graphics.fill(new Ellipse2D.Double(x - 4, y - 4, 8, 8));
  }

  @Override
  public void text(String style, double x, double y, Anchor anchor, String text) {
    graphics.setColor(colours.get(style));
    int width = graphics.getFontMetrics().stringWidth(text);
    double left = anchor == Anchor.START ? x : x - (anchor == Anchor.MIDDLE ? width / 2.0 : width);
    graphics.drawString(text, (float) left, (float) y);
  }
}
