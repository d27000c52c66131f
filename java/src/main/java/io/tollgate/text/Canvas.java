package io.tollgate.text;

/**
 * What a chart is drawn on: a page or a window. Shapes have the name of a style, whose colours each
 * canvas knows; those that have a title show it to who points at them, where the canvas can.
 */
public interface Canvas {
  /** Which end of a text is at its place. */
  enum Anchor {
    /** Its left end. */
    START,
    /** Its middle. */
    MIDDLE,
    /** Its right end. */
    END
  }

  /**
   * Draws a rectangle.
   *
   * @param style its name
   * @param x its left end
   * @param y its upper end
   * @param width as it is
   * @param height as it is
   * @param title {@code null} if it has none
   */
  void rectangle(String style, double x, double y, double width, double height, String title);

  /**
   * Draws a line.
   *
   * @param style its name
   * @param x1 where it begins
   * @param y1 where it begins
   * @param x2 where it ends
   * @param y2 where it ends
   * @param title {@code null} if it has none
   */
  void line(String style, double x1, double y1, double x2, double y2, String title);

  /**
   * Draws a dot.
   *
   * @param style its name
   * @param x its centre
   * @param y its centre
   * @param title {@code null} if it has none
   */
  void dot(String style, double x, double y, String title);

  /**
   * Draws a diamond. Its shape sets it apart from a dot, not its colour alone.
   *
   * @param style its name
   * @param x its centre
   * @param y its centre
   * @param title {@code null} if it has none
   */
  void diamond(String style, double x, double y, String title);

  /**
   * Writes a text.
   *
   * @param style its name
   * @param x the place of its anchor
   * @param y its base line
   * @param anchor which end of it is there
   * @param text from anywhere
   */
  void text(String style, double x, double y, Anchor anchor, String text);
}
