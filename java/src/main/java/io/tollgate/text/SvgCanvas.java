package io.tollgate.text;

import java.util.Locale;

/**
 * A chart as SVG. A style is a CSS class, so the page or the chart's own style sheet colours it.
 */
public final class SvgCanvas implements Canvas {
  private final String attributes;
  private final StringBuilder out = new StringBuilder();

  /**
   * A canvas that scales with its page.
   *
   * @param width in its own units
   * @param height in its own units
   * @param label for those who can't see it
   */
  public SvgCanvas(int width, int height, String label) {
    attributes =
        String.format(
            Locale.ROOT,
            "viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\"",
            width,
            height,
            Html.text(label));
  }

  @Override
  public void rectangle(
      String style, double x, double y, double width, double height, String title) {
    out.append("<rect class=\"").append(style).append('"');
    number("x", x);
    number("y", y);
    number("width", width);
    number("height", height);
    close("rect", title);
  }

  @Override
  public void line(String style, double x1, double y1, double x2, double y2, String title) {
    out.append("<line class=\"").append(style).append('"');
    number("x1", x1);
    number("y1", y1);
    number("x2", x2);
    number("y2", y2);
    close("line", title);
  }

  @Override
  public void dot(String style, double x, double y, String title) {
    out.append("<circle class=\"").append(style).append('"');
    number("cx", x);
    number("cy", y);
    number("r", 4);
    close("circle", title);
  }

  @Override
  public void diamond(String style, double x, double y, String title) {
    out.append("<path class=\"").append(style).append('"');
    out.append(String.format(Locale.ROOT, " d=\"M%.1f %.1fl5 5-5 5-5-5z\"", x, y - 5));
    close("path", title);
  }

  @Override
  public void text(String style, double x, double y, Anchor anchor, String text) {
    out.append("<text class=\"").append(style).append('"');
    number("x", x);
    number("y", y);
    if (anchor != Anchor.START) {
      out.append(" text-anchor=\"").append(anchor.name().toLowerCase(Locale.ROOT)).append('"');
    }
    out.append('>').append(Html.text(text)).append("</text>\n");
  }

  private void number(String name, double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    out.append(' ').append(name).append("=\"");
    out.append(text.endsWith(".0") ? text.substring(0, text.length() - 2) : text).append('"');
  }

  private void close(String element, String title) {
    if (title == null) {
      out.append("/>\n");
      return;
    }
    out.append("><title>").append(Html.text(title)).append("</title></");
    out.append(element).append(">\n");
  }

  /**
   * The chart as a part of a page, whose style sheet is used.
   *
   * @return one {@code svg} element
   */
  public String inline() {
    return "<svg " + attributes + ">\n" + out + "</svg>\n";
  }

  /**
   * The chart as a file of its own, or as a part of a page with the same looks.
   *
   * @param css its style sheet
   * @return one {@code svg} element
   */
  public String file(String css) {
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" "
        + attributes
        + ">\n<style>\n"
        + css
        + "</style>\n"
        + out
        + "</svg>\n";
  }
}
