package io.tollgate.jmeter.elements;

import java.awt.Component;
import java.awt.Dimension;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import javax.swing.JOptionPane;
import javax.swing.JScrollPane;
import javax.swing.JTextArea;

/**
 * The reference of the elements and of their settings as it stands in the jar: of this version, and
 * without a network.
 */
final class HelpPage {
  private static final Dimension SIZE = new Dimension(800, 500);

  private HelpPage() {}

  static void show(Component parent) {
    JTextArea text = new JTextArea(text());
    text.setEditable(false);
    text.setLineWrap(true);
    text.setWrapStyleWord(true);
    text.setCaretPosition(0);
    JScrollPane page = new JScrollPane(text);
    page.setPreferredSize(SIZE);
    JOptionPane.showMessageDialog(parent, page, Text.HELP.of(), JOptionPane.PLAIN_MESSAGE);
  }

  static String text() {
    return page("elements.md") + "\n\n" + page("settings.md");
  }

  private static String page(String name) {
    try (InputStream in = HelpPage.class.getResourceAsStream(name);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return lines.lines().collect(Collectors.joining("\n"));
    } catch (IOException | RuntimeException e) {
      return Text.HELP_DAMAGED.of(e);
    }
  }
}
