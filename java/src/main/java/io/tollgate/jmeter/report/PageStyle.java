package io.tollgate.jmeter.report;

import io.tollgate.text.JarText;

/** What the report and the Monitor's page look like alike: colours, light and dark, the chart. */
public final class PageStyle {
  private PageStyle() {}

  /**
   * The sheet that stands before those of the pages.
   *
   * @return CSS
   */
  public static String css() {
    return JarText.read(PageStyle.class, "page.css");
  }
}
