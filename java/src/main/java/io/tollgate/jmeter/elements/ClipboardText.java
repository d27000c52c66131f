package io.tollgate.jmeter.elements;

import java.awt.GraphicsEnvironment;
import java.awt.Toolkit;
import java.awt.datatransfer.DataFlavor;
import java.awt.datatransfer.StringSelection;
import java.awt.datatransfer.UnsupportedFlavorException;
import java.io.IOException;

/** The text on the clipboard; none where there is no screen. */
final class ClipboardText {
  private ClipboardText() {}

  static String get() {
    if (GraphicsEnvironment.isHeadless()) {
      return "";
    }
    try {
      Object text =
          Toolkit.getDefaultToolkit().getSystemClipboard().getData(DataFlavor.stringFlavor);
      return String.valueOf(text);
    } catch (UnsupportedFlavorException | IOException | IllegalStateException e) {
      return ""; // it holds something else, or another program has it open
    }
  }

  static void put(String text) {
    if (!GraphicsEnvironment.isHeadless()) {
      Toolkit.getDefaultToolkit().getSystemClipboard().setContents(new StringSelection(text), null);
    }
  }
}
