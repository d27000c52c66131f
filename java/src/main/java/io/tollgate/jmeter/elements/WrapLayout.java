package io.tollgate.jmeter.elements;

import java.awt.Component;
import java.awt.Container;
import java.awt.Dimension;
import java.awt.FlowLayout;
import java.awt.Insets;

/** A row that goes on in the next one where its parent ends, and is as high as that takes. */
final class WrapLayout extends FlowLayout {
  private static final long serialVersionUID = 1L;

  WrapLayout(int horizontalGap, int verticalGap) {
    super(FlowLayout.LEADING, horizontalGap, verticalGap);
  }

  @Override
  public Dimension preferredLayoutSize(Container target) {
    return size(target);
  }

  @Override
  public Dimension minimumLayoutSize(Container target) {
    return new Dimension(1, size(target).height);
  }

  private Dimension size(Container target) {
    Insets insets = target.getInsets();
    int room = target.getWidth() - insets.left - insets.right - 2 * getHgap();
    if (target.getWidth() == 0) {
      room = Integer.MAX_VALUE; // not laid out yet
    }
    int width = 0;
    int height = getVgap();
    int rowWidth = 0;
    int rowHeight = 0;
    for (Component child : target.getComponents()) {
      if (!child.isVisible()) {
        continue;
      }
      Dimension size = child.getPreferredSize();
      int wider = rowWidth == 0 ? size.width : rowWidth + getHgap() + size.width;
      if (rowWidth > 0 && wider > room) {
        height += rowHeight + getVgap();
        wider = size.width;
        rowHeight = 0;
      }
      rowWidth = wider;
      rowHeight = Math.max(rowHeight, size.height);
      width = Math.max(width, rowWidth);
    }
    height += rowHeight + getVgap();
    return new Dimension(
        width + insets.left + insets.right + 2 * getHgap(), height + insets.top + insets.bottom);
  }
}
