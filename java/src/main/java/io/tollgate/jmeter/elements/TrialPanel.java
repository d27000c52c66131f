package io.tollgate.jmeter.elements;

import io.tollgate.profile.ProfileTrial;
import java.awt.BorderLayout;
import java.awt.FlowLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import javax.swing.JButton;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JTextArea;
import javax.swing.SwingUtilities;
import org.apache.jmeter.engine.util.CompoundVariable;

/**
 * The button "Fetch a token now" and what came of it: status, life, scopes and generation, or the
 * failure in words. Never the token.
 *
 * <p>It works off the event thread, because a server may take its time; a second click ends the
 * wait.
 */
final class TrialPanel extends JPanel {
  private static final long serialVersionUID = 1L;
  private static final int ROWS_SHOWN = 5;

  /** Reads what is to be tried, on the event thread. */
  private final transient Supplier<Tried> form;

  private final JButton button = new JButton(Text.FETCH.of());
  private final JTextArea outcome = new JTextArea(ROWS_SHOWN, 40);

  /** The one that is under way, or {@code null}; of the event thread. */
  private transient Thread under;

  /** What is to be tried. */
  static final class Tried {
    private final String profile;
    private final Map<String, String> settings;

    Tried(String profile, Map<String, String> settings) {
      this.profile = profile;
      this.settings = settings;
    }
  }

  TrialPanel(Supplier<Tried> form) {
    super(new BorderLayout());
    this.form = form;
    button.setName("fetch");
    button.addActionListener(e -> click());
    outcome.setName("outcome");
    outcome.setEditable(false);
    outcome.setLineWrap(true);
    outcome.setWrapStyleWord(true);
    JPanel top = new JPanel(new FlowLayout(FlowLayout.LEADING));
    top.add(button);
    add(top, BorderLayout.NORTH);
    add(new JScrollPane(outcome), BorderLayout.CENTER);
  }

  private void click() {
    if (under != null) {
      under.interrupt();
      return;
    }
    Tried tried = form.get();
    button.setText(Text.CANCEL.of());
    outcome.setText(Text.ASKING.of());
    Thread thread = new Thread(() -> tell(words(tried)), "tollgate-trial");
    thread.setDaemon(true);
    under = thread;
    thread.start();
  }

  private void tell(String words) {
    SwingUtilities.invokeLater(
        () -> {
          under = null;
          button.setText(Text.FETCH.of());
          outcome.setText(words);
          outcome.setCaretPosition(0);
        });
  }

  /** Forgets what came of the last one: it was of other fields. */
  void clear() {
    outcome.setText("");
  }

  static String words(Tried tried) {
    try {
      Map<String, String> settings = new LinkedHashMap<>();
      String unknown = evaluate(tried.settings, settings);
      String profile = evaluated(tried.profile);
      if (profile.isEmpty()) {
        return Text.NO_NAME.of();
      }
      return unknown == null
          ? ProfileTrial.of(profile, settings).words()
          : Text.KNOWN_IN_A_RUN_ONLY.of(unknown);
    } catch (Throwable e) {
      return Text.NOT_TRIED.of(e);
    }
  }

  /** Fills in functions; names the first field in which a variable of a run is left. */
  private static String evaluate(Map<String, String> settings, Map<String, String> filled) {
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      String value = evaluated(setting.getValue());
      if (value.contains("${")) {
        return KnownSettings.labelOf(setting.getKey());
      }
      filled.put(setting.getKey(), value);
    }
    return null;
  }

  private static String evaluated(String value) {
    return value.contains("${") ? new CompoundVariable(value).execute() : value;
  }
}
