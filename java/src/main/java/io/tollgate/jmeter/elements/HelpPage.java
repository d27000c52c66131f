package io.tollgate.jmeter.elements;

import io.tollgate.text.JarText;
import java.awt.BorderLayout;
import java.awt.Color;
import java.awt.Dialog;
import java.awt.Dimension;
import java.awt.FlowLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import javax.swing.JButton;
import javax.swing.JEditorPane;
import javax.swing.JFrame;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.SwingUtilities;
import javax.swing.event.HyperlinkEvent;
import javax.swing.text.html.HTMLEditorKit;
import javax.swing.text.html.StyleSheet;
import org.apache.jmeter.util.JMeterUtils;

/**
 * The guide as it stands in the jar: of this version, and without a network. A window of its own,
 * beside JMeter's, which can be used meanwhile, as can its dialogs.
 */
final class HelpPage extends JPanel {
  private static final long serialVersionUID = 1L;

  static final String ELEMENTS = "elements.md";
  static final String CREDENTIAL = "elements.md#tollgate-credential";
  static final String ADOPTION = "moving.md";

  private static final String FOLDER = "help/";
  private static final String HTML = ".html";
  private static final Dimension SIZE = new Dimension(860, 640);
  private static final Color LINK = new Color(0x0969da);

  private static JFrame window;
  private static HelpPage shown;

  private final JEditorPane page = new JEditorPane();
  private final JButton back = new JButton(Text.BACK.of());
  private final transient Deque<String> before = new ArrayDeque<>();
  private String place = "";
  private String file = "";

  HelpPage() {
    super(new BorderLayout());
    page.setEditorKit(new Kit());
    page.setEditable(false);
    page.setName("help page");
    page.putClientProperty(JEditorPane.HONOR_DISPLAY_PROPERTIES, Boolean.TRUE);
    page.getAccessibleContext().setAccessibleName(Text.HELP.of());
    page.addHyperlinkListener(this::follow);
    JButton contents = new JButton(Text.CONTENTS.of());
    contents.setName("contents");
    contents.addActionListener(e -> open(ELEMENTS));
    back.setName("back");
    back.addActionListener(e -> back());
    JPanel buttons = new JPanel(new FlowLayout(FlowLayout.LEADING));
    buttons.add(back);
    buttons.add(contents);
    add(buttons, BorderLayout.NORTH);
    JScrollPane scroll = new JScrollPane(page);
    scroll.setPreferredSize(SIZE);
    add(scroll, BorderLayout.CENTER);
    back.setEnabled(false);
    Mnemonics.assignInWindow(this);
  }

  /** Shows a place of the guide. */
  static void show(String place) {
    if (window == null || !window.isDisplayable()) {
      shown = new HelpPage();
      window = new JFrame();
      window.setModalExclusionType(Dialog.ModalExclusionType.APPLICATION_EXCLUDE);
      window.setDefaultCloseOperation(JFrame.DISPOSE_ON_CLOSE);
      window.setContentPane(shown);
      EscapeKey.closes(window.getRootPane());
      window.pack();
      window.setLocationByPlatform(true);
    }
    window.setTitle(Text.HELP_TITLE.of());
    shown.open(place);
    window.setVisible(true);
    window.toFront();
  }

  /** A button that shows a place of the guide. */
  static JButton button(String place) {
    JButton help = new JButton(Text.HELP.of());
    help.setName("help");
    help.addActionListener(e -> show(place));
    return help;
  }

  /** Goes to a page, or to {@code page#anchor}. */
  void open(String target) {
    if (!place.isEmpty() && !place.equals(target)) {
      before.push(place);
    }
    go(target);
  }

  private void back() {
    if (!before.isEmpty()) {
      go(before.pop());
    }
  }

  private void go(String target) {
    String[] parts = target.split("#", 2);
    if (!parts[0].equals(file)) {
      file = parts[0];
      page.setText(read(file));
    }
    place = target;
    back.setEnabled(!before.isEmpty());
    if (parts.length > 1) {
      // The text has its places once it is laid out.
      SwingUtilities.invokeLater(() -> page.scrollToReference(parts[1]));
    } else {
      page.setCaretPosition(0);
    }
  }

  /** Where it is, as {@code page#anchor}. */
  String place() {
    return place;
  }

  private void follow(HyperlinkEvent link) {
    if (link.getEventType() == HyperlinkEvent.EventType.ACTIVATED) {
      String target = link.getDescription();
      if (target.startsWith("http")) {
        Browsing.open(target);
      } else {
        open(target);
      }
    }
  }

  /** A page of the guide, as HTML: in JMeter's language, or in English if it has no such page. */
  static String read(String name) {
    try {
      Locale set = JMeterUtils.getLocale();
      Locale language = set == null ? Locale.ENGLISH : set;
      String translated = FOLDER + language.getLanguage() + "/" + name + HTML;
      boolean isTranslated = HelpPage.class.getResource(translated) != null;
      return JarText.read(HelpPage.class, isTranslated ? translated : FOLDER + name + HTML);
    } catch (RuntimeException e) {
      return Text.HELP_DAMAGED.of(e);
    }
  }

  /** With links that can be read on either ground. The sheet is its own: others share one. */
  private static final class Kit extends HTMLEditorKit {
    private static final long serialVersionUID = 1L;

    private transient StyleSheet sheet;

    @Override
    public StyleSheet getStyleSheet() {
      if (sheet == null) {
        sheet = new StyleSheet();
        sheet.addStyleSheet(super.getStyleSheet());
        Color link = Contrast.readable(LINK, new JEditorPane().getBackground());
        sheet.addRule(String.format("a { color: #%06x }", link.getRGB() & 0xffffff));
        sheet.addRule("body { margin: 12px }");
        sheet.addRule("code { font-family: monospaced; font-size: 100% }");
        sheet.addRule("pre { font-family: monospaced; margin: 8px }");
      }
      return sheet;
    }
  }
}
