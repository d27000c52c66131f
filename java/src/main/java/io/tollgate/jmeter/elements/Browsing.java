package io.tollgate.jmeter.elements;

import io.tollgate.engine.Log;
import java.awt.Desktop;
import java.io.IOException;
import java.net.URI;

/** Pages that are not in the jar. */
final class Browsing {
  private Browsing() {}

  /** Opens it in the browser, where there is one. */
  static void open(String url) {
    try {
      Desktop.getDesktop().browse(URI.create(url));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      Log.warn("Tollgate could not open " + url + " in a browser: " + e);
    }
  }
}
