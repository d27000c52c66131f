package io.tollgate.tests.window;

import io.tollgate.tests.Await;
import java.awt.Component;
import java.awt.event.KeyEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import javax.swing.JFileChooser;
import javax.swing.JLabel;
import javax.swing.JTextField;
import javax.swing.SwingUtilities;

/** docs/getting-started.md in JMeter's window, word for word. */
final class NewcomersPath {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Window window;
  private final Path plan;
  private final String tokenUrl;
  private final String client;

  NewcomersPath(Window window, Path plan, String tokenUrl, String client) {
    this.window = window;
    this.plan = plan;
    this.tokenUrl = tokenUrl;
    this.client = client;
  }

  /** Follows the page; answers how many steps it has. */
  int walk(Path page) throws IOException {
    return new Steps()
        .when(
            "Copy `jmeter-tollgate-<version>\\.jar` to `lib/ext` of JMeter and start it\\.",
            s -> {})
        .when("Open your plan\\.", s -> open())
        .when("\\*\\*Tools > ([^*]+)\\.\\*\\*", s -> window.menu("Tools", s.group(1)))
        .when("!\\[[^]]*]\\(images/[^)]+\\)", s -> {})
        .when("Select \\*([^*]+)\\* at the top and fill in three fields:", s -> select(s.group(1)))
        .when(
            "- \\*(Region)\\* for Genesys Cloud, or \\*([^*]+)\\*, or a \\*(Preset)\\* with what it"
                + " marks as required \\(\\[presets]\\(presets\\.md\\)\\);",
            s -> {
              window.field(s.group(1));
              window.field(s.group(3));
              window.fill(window.field(s.group(2)), tokenUrl);
            })
        .when("- \\*(Client ID)\\*;", s -> window.fill(window.field(s.group(1)), client))
        .when(
            "- \\*([^*]+)\\*: `(env:API_SECRET)`, and start JMeter with that variable\\. If you"
                + " type the secret, the plan file contains it\\.",
            s -> window.fill(window.field(s.group(1)), s.group(2)))
        .when(
            "Press \\*\\*([^*]+)\\*\\*\\. It shows the token's lifetime and scopes, or what is"
                + " wrong and what to check\\.",
            s -> fetch(s.group(1)))
        .when("Save and run:", s -> save())
        .when("On Windows, in a command prompt: `set API_SECRET=…` instead of `export`\\.", s -> {})
        .follow(Files.readString(page));
  }

  void open() {
    window.menu("File", "Open");
    JFileChooser chooser = window.find("the dialog for files", JFileChooser.class, one -> true);
    JTextField name =
        window.find(
            "its field",
            JTextField.class,
            one -> SwingUtilities.isDescendingFrom(one, chooser) && one.isEditable());
    window.fill(name, plan.toString());
    window.keyboard.press(KeyEvent.VK_ENTER);
    window.select("Your plan");
  }

  private void select(String element) {
    window.select(element);
    window.find("its form", JLabel.class, one -> element.equals(one.getText()));
  }

  private void fetch(String button) {
    window.click(window.button(button));
    Component outcome = window.field("Token received");
    String words = Window.text(outcome).toLowerCase(Locale.ROOT);
    if (!words.matches("(?s).*\\bli(fe|ves)\\b.*") || !words.contains("scope")) {
      throw new AssertionError("neither lifetime nor scopes: " + words);
    }
  }

  private void save() {
    window.menu("File", "Save");
    Await.until("the plan to be saved", LIMIT, () -> read(plan).contains("env:API_SECRET"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
