package io.tollgate.jmeter.elements;

import io.tollgate.engine.Log;
import java.awt.BorderLayout;
import java.awt.Component;
import java.awt.FlowLayout;
import java.awt.Font;
import java.awt.Frame;
import java.awt.GridLayout;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.swing.BorderFactory;
import javax.swing.JButton;
import javax.swing.JCheckBox;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JDialog;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTextArea;
import javax.swing.SwingUtilities;

/**
 * "Dry run…": a load on the server in the jar, which misbehaves as chosen, and what that counted.
 * It is the command {@code dry-run} in a JVM of its own, so that nothing of it stays in this one.
 */
final class DryRunDialog extends JPanel {
  private static final long serialVersionUID = 1L;
  private static final int ROWS = 18;
  private static final int COLUMNS = 60;

  /** What a profile may say here: how Tollgate goes about it, not where it goes or as whom. */
  private static final Set<String> KEPT =
      new HashSet<>(
          Arrays.asList(
              "refresh",
              "refresh_margin",
              "refresh_interval",
              "default_lifetime",
              "token_timeout",
              "request_timeout",
              "backoff_base",
              "backoff_throttle_base",
              "backoff_cap",
              "max_retry_after",
              "max_pause",
              "mint_budget",
              "token_request_spacing",
              "max_concurrent_token_requests",
              "rejection_backoff",
              "permanent_cooldown",
              "drain_timeout",
              "slots",
              "pacing"));

  private final transient Map<String, Map<String, String>> profiles;
  private final JComboBox<String> profile = new JComboBox<>();
  private final JComboBox<String> threads = choice("threads", Arrays.asList("50", "10", "200"));
  private final JComboBox<String> seconds = choice("seconds", Arrays.asList("30", "10", "120"));
  private final Map<Misbehaviour, JComponent> fields = new EnumMap<>(Misbehaviour.class);
  private final JButton button = new JButton(Text.DRY_START.of());
  private final JTextArea output = new JTextArea(ROWS, COLUMNS);

  /** The one that is under way, or {@code null}; of the event thread. */
  private transient Process under;

  DryRunDialog(Map<String, Map<String, String>> profiles) {
    super(new BorderLayout(8, 8));
    this.profiles = profiles;
    setBorder(BorderFactory.createEmptyBorder(8, 8, 8, 8));
    profile.setName("profile");
    profile.addItem(Text.DRY_PLAIN.of());
    profiles.keySet().forEach(profile::addItem);
    JPanel form = new JPanel(new GridLayout(0, 2, 8, 2));
    add(form, Text.DRY_PROFILE, profile);
    add(form, Text.DRY_THREADS, threads);
    add(form, Text.DRY_SECONDS, seconds);
    for (Misbehaviour one : Misbehaviour.values()) {
      JComponent field = one.isSwitch() ? new JCheckBox() : choice(one.flag, one.values);
      field.setName(one.flag);
      field.setToolTipText(one.flag);
      fields.put(one, field);
      add(form, one.label, field);
    }
    JPanel left = new JPanel(new BorderLayout());
    left.add(form, BorderLayout.NORTH);
    add(left, BorderLayout.WEST);
    output.setName("output");
    output.setEditable(false);
    output.getAccessibleContext().setAccessibleName(Text.DRY_RUN.of());
    TrialOutcome.leaveByTab(output);
    output.setFont(new Font(Font.MONOSPACED, Font.PLAIN, output.getFont().getSize()));
    add(new JScrollPane(output), BorderLayout.CENTER);
    button.setName("start");
    button.addActionListener(e -> click());
    JPanel below = new JPanel(new FlowLayout(FlowLayout.LEADING));
    below.add(button);
    below.add(new JLabel(Text.DRY_ABOUT.of()));
    add(below, BorderLayout.SOUTH);
    Mnemonics.assignInWindow(this);
  }

  private static void add(JPanel form, Text text, JComponent field) {
    JLabel label = new JLabel(text.of());
    label.setLabelFor(field);
    field.getAccessibleContext().setAccessibleName(text.of());
    if (field instanceof JComboBox && ((JComboBox<?>) field).isEditable()) {
      Component typed = ((JComboBox<?>) field).getEditor().getEditorComponent();
      typed.getAccessibleContext().setAccessibleName(text.of()); // it has the focus
    }
    form.add(label);
    form.add(field);
  }

  private static JComboBox<String> choice(String name, List<String> values) {
    JComboBox<String> choice = new JComboBox<>(values.toArray(new String[0]));
    choice.setName(name);
    choice.setEditable(true);
    return choice;
  }

  /** The arguments of {@code dry-run}, as the form has them. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>(Arrays.asList("dry-run", "--threads", text(threads)));
    arguments.addAll(Arrays.asList("--seconds", text(seconds)));
    profiles
        .getOrDefault(text(profile), Collections.emptyMap())
        .forEach(
            (key, value) -> {
              if (KEPT.contains(key) && !value.contains("${")) {
                arguments.add("-Jtollgate.profile.dry-run." + key + "=" + value);
              }
            });
    arguments.add("--");
    fields.forEach(
        (one, field) -> {
          if (one.isSwitch()) {
            if (((JCheckBox) field).isSelected()) {
              arguments.add(one.flag);
            }
          } else if (!text((JComboBox<?>) field).isEmpty()) {
            arguments.add(one.flag);
            arguments.add(text((JComboBox<?>) field));
          }
        });
    return arguments;
  }

  private static String text(JComboBox<?> field) {
    Object chosen = field.isEditable() ? field.getEditor().getItem() : field.getSelectedItem();
    return chosen == null ? "" : chosen.toString().trim();
  }

  private void click() {
    if (under != null) {
      stop();
      return;
    }
    try {
      under = started();
    } catch (IOException | URISyntaxException e) {
      Log.error("Tollgate's dry run did not start", e);
      output.setText(Text.NOT_DONE.of(e));
      return;
    }
    output.setText("");
    button.setText(Text.CANCEL.of());
    Process own = under;
    Thread reader = new Thread(() -> follow(own), "tollgate-dry-run");
    reader.setDaemon(true);
    reader.start();
  }

  private Process started() throws IOException, URISyntaxException {
    File jar =
        new File(DryRunDialog.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> command = new ArrayList<>();
    command.add(new File(System.getProperty("java.home"), "bin/java").getPath());
    command.addAll(Arrays.asList("-cp", jar.getPath(), "io.tollgate.cli.Main"));
    command.addAll(arguments());
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private void follow(Process run) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(run.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String next = line;
        SwingUtilities.invokeLater(() -> output.append(next + "\n"));
      }
    } catch (IOException e) {
      Log.warn("Tollgate's dry run was cut off: " + e);
    } finally {
      SwingUtilities.invokeLater(
          () -> {
            under = null;
            button.setText(Text.DRY_START.of());
          });
    }
  }

  /** Ends what is under way: its server ends with it. */
  void stop() {
    if (under != null) {
      under.destroy();
    }
  }

  static void show(Component parent, Map<String, Map<String, String>> profiles) {
    Frame owner = parent instanceof Frame ? (Frame) parent : null;
    DryRunDialog content = new DryRunDialog(profiles);
    JDialog window =
        new JDialog(owner, Text.DRY_RUN.of(), false) {
          private static final long serialVersionUID = 1L;

          @Override
          public void dispose() {
            content.stop();
            super.dispose();
          }
        };
    window.setName("dry-run");
    window.setDefaultCloseOperation(JDialog.DISPOSE_ON_CLOSE);
    window.add(content);
    EscapeKey.closes(window.getRootPane());
    window.pack();
    window.setLocationRelativeTo(parent);
    window.setVisible(true);
  }
}
