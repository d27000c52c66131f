package io.tollgate.jmeter.elements;

import io.tollgate.profile.ProfileTrial;
import io.tollgate.run.JournalEntry;
import java.awt.BorderLayout;
import java.awt.FlowLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.swing.JButton;
import javax.swing.JPanel;
import javax.swing.SwingUtilities;
import javax.swing.Timer;

/**
 * The button "Fetch a token now" and what came of it: each attempt as it happens, then life and
 * scopes, or the failure in words. Never the token.
 *
 * <p>It works off the event thread, because a server may take its time; a second click ends the
 * wait.
 */
final class TrialPanel extends JPanel {
  private static final long serialVersionUID = 1L;
  private static final int SECOND_MILLIS = 1000;

  /** Reads what is to be tried, on the event thread. */
  private final transient Supplier<Tried> form;

  private final JButton button = new JButton(Text.FETCH.of());
  private final TrialOutcome outcome = new TrialOutcome();

  /** Shows that time passes while nothing else happens. */
  private final Timer clock = new Timer(SECOND_MILLIS, tick -> showAttempts());

  /** The one that is under way, or {@code null}; of the event thread. */
  private transient Thread under;

  private long began;

  /** What it did so far. */
  private String attempts = "";

  private boolean isOutdated;

  /** What is to be tried. */
  static final class Tried {
    private final String profile;
    private final Map<String, String> settings;

    Tried(String profile, Map<String, String> settings) {
      this.profile = profile;
      this.settings = settings;
    }
  }

  /** What came of it. */
  static final class Result {
    private final TrialOutcome.State state;
    private final String words;

    private Result(TrialOutcome.State state, String words) {
      this.state = state;
      this.words = words;
    }

    private static Result failure(String words) {
      return new Result(TrialOutcome.State.NO_TOKEN, words);
    }
  }

  TrialPanel(Supplier<Tried> form) {
    super(new BorderLayout());
    this.form = form;
    button.setName("fetch");
    button.addActionListener(e -> click());
    JPanel top = new JPanel(new FlowLayout(FlowLayout.LEADING));
    top.add(button);
    add(top, BorderLayout.NORTH);
    add(outcome, BorderLayout.CENTER);
  }

  private void click() {
    if (under != null) {
      under.interrupt();
      return;
    }
    Tried tried = form.get();
    PlanValues values = PlanValues.ofOpenPlan();
    isOutdated = false;
    attempts = "";
    button.setText(Text.CANCEL.of());
    outcome.show(TrialOutcome.State.ASKING, Text.ASKING.of());
    began = System.nanoTime();
    clock.start();
    Thread thread =
        new Thread(() -> tell(result(tried, values, this::tellAttempt)), "tollgate-trial");
    thread.setDaemon(true);
    under = thread;
    thread.start();
  }

  private void tellAttempt(JournalEntry entry) {
    String line = TrialWords.of(entry);
    if (line != null) {
      SwingUtilities.invokeLater(
          () -> {
            attempts += attempts.isEmpty() ? line : "\n" + line;
            showAttempts();
          });
    }
  }

  private void showAttempts() {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
    String words = attempts.isEmpty() ? Text.ASKING.of() : attempts;
    outcome.show(
        TrialOutcome.State.ASKING, seconds == 0 ? words : Text.ATTEMPTS_FOR.of(words, seconds));
  }

  private void tell(Result result) {
    SwingUtilities.invokeLater(
        () -> {
          under = null;
          clock.stop();
          button.setText(Text.FETCH.of());
          outcome.show(
              result.state, attempts.isEmpty() ? result.words : result.words + "\n\n" + attempts);
          if (isOutdated) {
            outcome.outdate();
          }
        });
  }

  /** Forgets what came of the last one: it was of another profile. */
  void clear() {
    outcome.show(TrialOutcome.State.NONE, "");
  }

  /** The fields are no longer those that were tried, or are being tried. */
  void outdate() {
    isOutdated = true;
    if (under == null) {
      outcome.outdate();
    }
  }

  /** Tries it, on a thread that may wait. */
  static Result result(Tried tried, PlanValues values, Consumer<JournalEntry> attempts) {
    try {
      values.define();
      Map<String, String> settings = new LinkedHashMap<>();
      String unknown = evaluate(tried.settings, settings);
      String profile = PlanValues.of(tried.profile).trim();
      if (profile.isEmpty()) {
        return Result.failure(Text.NO_NAME.of());
      }
      if (unknown != null) {
        return Result.failure(Text.KNOWN_IN_A_RUN_ONLY.of(unknown));
      }
      ProfileTrial trial = ProfileTrial.of(profile, settings, attempts);
      return trial.failure() == null
          ? new Result(TrialOutcome.State.TOKEN, TrialWords.of(profile, trial))
          : Result.failure(TrialWords.ofFailure(trial));
    } catch (Throwable e) {
      return Result.failure(Text.NOT_TRIED.of(e));
    }
  }

  /** Fills in variables and functions; names the first field with a variable of a run. */
  private static String evaluate(Map<String, String> settings, Map<String, String> filled) {
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      String value = PlanValues.of(setting.getValue());
      if (value.contains("${")) {
        return KnownSettings.labelOf(setting.getKey());
      }
      filled.put(setting.getKey(), value);
    }
    return null;
  }
}
