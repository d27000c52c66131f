package io.tollgate.tests.window;

import io.tollgate.tests.Await;
import java.awt.Component;
import java.awt.event.KeyEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.swing.AbstractButton;
import javax.swing.JComboBox;
import javax.swing.JLabel;
import javax.swing.JTable;
import javax.swing.JTextArea;
import javax.swing.SwingUtilities;

/**
 * The main class of a JVM with JMeter's window in which a plan is tried, run, renamed and broken.
 * Arguments: the plan, the token URL, the URL of the server's counts, the client's ID. It prints
 * these counts after each step, for the test to judge.
 */
public final class PlanRuns {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** A connection that is refused is refused at once; half of what people take for a hang. */
  private static final Duration SHOWN_WITHIN = Duration.ofSeconds(5);

  private static final String CREDENTIAL = "Tollgate Credential";
  private static final String MONITOR = "Tollgate Monitor";
  private static final String SECRET = "env:API_SECRET";

  private static final String BOTH =
      "'Your plan > Tollgate Credential' and 'Your plan > Another Credential'";

  /** Of the Test Plan, and of an element of the plan. */
  private static final String OF_VARIABLES = "${server}${token.path}";

  private static final String OF_PROPERTY = "${__P(api.client)}";

  /** Nothing listens on the first port. */
  private static final String REFUSED = "http://127.0.0.1:1/oauth/token";

  private final HttpClient http = HttpClient.newHttpClient();
  private final Window window;
  private final String tokenUrl;
  private final URI counts;

  private PlanRuns(Window window, String tokenUrl, URI counts) {
    this.window = window;
    this.tokenUrl = tokenUrl;
    this.counts = counts;
  }

  public static void main(String[] arguments) {
    WindowMain.use(
        "IntelliJTheme",
        window -> {
          new NewcomersPath(window, Path.of(arguments[0]), "", "").open();
          new PlanRuns(window, arguments[1], URI.create(arguments[2])).all();
        },
        "-Japi.client=" + arguments[3]);
  }

  private void all() {
    aTrialShowsItsOneAttempt();
    aRunAfterARefusedTrialAsksAsTheFieldsAreNow();
    theSecondRunHasTheTokenOfTheFirst();
    theOthersFollowARename();
    theMonitorShowsWhyARunFailed();
    aWrongNameIsToldAtTheStart();
    soAreTwoCredentialsOfOneName();
    theKeyboardLeavesTheMonitorAndTheDialogs();
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
    System.out.println("seen: " + what);
  }

  private void tell(String after) {
    try {
      HttpResponse<String> told =
          http.send(HttpRequest.newBuilder(counts).build(), HttpResponse.BodyHandlers.ofString());
      System.out.println("counts after " + after + ": " + told.body().replaceAll("\\s+", " "));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void setField(String label, String text) {
    window.select(CREDENTIAL);
    window.fill(window.field(label), text);
  }

  private void fetch() {
    window.click(window.button("Fetch a token now"));
  }

  private void aTrialShowsItsOneAttempt() {
    setField("Token URL", REFUSED);
    fetch();
    Await.until(
        "the attempt to be shown",
        SHOWN_WITHIN,
        () ->
            window.isShown(
                one ->
                    "outcome".equals(one.getName())
                        && ((JTextArea) one).getText().contains(REFUSED)));
    String words = Window.text(window.field("No token"));
    System.out.println(words);
    check(words.split("Asking http", -1).length == 2, "a trial asks once and shows it");
    setField("Token URL", OF_VARIABLES);
    setField("Client ID", OF_PROPERTY);
    fetch();
    Await.until(
        "the server's refusal",
        LIMIT,
        () -> Window.text(window.field("No token")).contains("invalid_client"));
    String refusal = Window.text(window.field("No token"));
    check(refusal.contains("Asking " + tokenUrl), "a trial resolves the variables of the plan");
    tell("the trials");
  }

  private void aRunAfterARefusedTrialAsksAsTheFieldsAreNow() {
    setField("Client secret", SECRET);
    window.select(MONITOR);
    run();
    checkMonitor("default");
    tell("the first run");
  }

  private void theSecondRunHasTheTokenOfTheFirst() {
    run();
    checkMonitor("default");
    JTable table = table();
    String before = cell(table, "Lives");
    Await.until("a later look", LIMIT, () -> !cell(table, "Lives").equals(before));
    checkMonitor("default");
    tell("the second run");
  }

  private void theOthersFollowARename() {
    setField("Profile name", "renamed");
    for (String element :
        new String[] {"Tollgate Authorization", "Tollgate Backoff Timer", "Tollgate Feedback"}) {
      JComboBox<?> field = profileOf(element);
      Await.until("the profile of " + element, LIMIT, () -> "renamed".equals(Window.text(field)));
    }
    window.select(MONITOR);
    run();
    checkMonitor("renamed");
    tell("the renamed run");
  }

  private JComboBox<?> profileOf(String element) {
    window.select(element);
    window.find("its form", JLabel.class, one -> element.equals(one.getText()));
    return window.find("its profile", JComboBox.class, one -> "profile".equals(one.getName()));
  }

  private void theMonitorShowsWhyARunFailed() {
    setField("Client secret", "wrong");
    window.select(MONITOR);
    run();
    JTable table = table();
    Await.until(
        "the failure in the Monitor",
        LIMIT,
        () -> cell(table, "Last error").contains("invalid_client"));
    check(cell(table, "Failed").equals("1"), "the Monitor counts the failed token request");
    check(rows(table) == 1, "the Monitor has one row");
    tell("the failed run");
    setField("Client secret", SECRET);
  }

  private void aWrongNameIsToldAtTheStart() {
    window.fill(profileOf("Tollgate Authorization"), "renamd");
    window.select(MONITOR);
    run();
    checkTold(
        "'Your plan > Tollgate Authorization' wants profile 'renamd', which is not defined.",
        "did you mean 'renamed'?");
    window.fill(profileOf("Tollgate Authorization"), "renamed");
  }

  private void soAreTwoCredentialsOfOneName() {
    window.select("Another Credential");
    Component name = window.field("Profile name");
    Await.until("its form", LIMIT, () -> "another".equals(Window.text(name)));
    window.fill(name, "renamed");
    window.select(MONITOR);
    run();
    checkTold(BOTH + " define profile 'renamed' with other settings");
    JTable table = table();
    Await.until(
        "both places in the Monitor", LIMIT, () -> cell(table, "Last error").contains(BOTH));
    tell("the last run");
  }

  private void theKeyboardLeavesTheMonitorAndTheDialogs() {
    window.select(MONITOR);
    check(FocusOrder.round(window, MONITOR).contains(table()), "Tab reaches the Monitor's table");
    dialog("Check a credential…", "profiles", "renamed", "fetch", "outcome");
    dialog("Dry run…", "profile", "Tollgate's defaults", "start", "output");
    window.menu("Tools", "Adopt Tollgate in this test plan…");
    JTextArea report =
        window.find("the report", JTextArea.class, one -> "report".equals(one.getName()));
    closeByKeys("the adoption", report, "report", "help", "OK");
  }

  /** Opens it from the menu, goes round in it by Tab and closes it by Escape. */
  private void dialog(String item, String choice, String chosen, String... reachable) {
    window.menu("Tools", item);
    JComboBox<?> first =
        window.find("its choice", JComboBox.class, one -> choice.equals(one.getName()));
    check(chosen.equals(Window.onScreen(first::getSelectedItem)), item + " begins with " + chosen);
    if (choice.equals("profiles")) {
      JLabel place = window.find("whose", JLabel.class, one -> "place".equals(one.getName()));
      check(
          "Defined by Your plan > Another Credential".equals(Window.onScreen(place::getText)),
          "it says whose credential it is");
    }
    closeByKeys(item, first, reachable);
  }

  /** Goes round in the window of a component by Tab and closes it by Escape. */
  private void closeByKeys(String what, Component inside, String... reachable) {
    java.awt.Window dialog = SwingUtilities.getWindowAncestor(inside);
    Await.until(
        "the focus to be in " + what,
        LIMIT,
        () -> {
          Component focused = window.focused();
          return focused != null && SwingUtilities.isDescendingFrom(focused, dialog);
        });
    Set<String> names = new HashSet<>();
    for (Component one : FocusOrder.round(window, what)) {
      names.add(one.getName());
      names.add(one instanceof AbstractButton ? ((AbstractButton) one).getText() : "");
    }
    check(names.containsAll(List.of(reachable)), "Tab reaches all of " + what + ": " + names);
    window.keyboard.press(KeyEvent.VK_ESCAPE);
    Await.until(what + " to close", LIMIT, () -> !dialog.isShowing());
  }

  /** The warning beside JMeter's window says it; it is closed then, by the keyboard. */
  private void checkTold(String... sentences) {
    JTextArea told =
        window.find(
            "the warning",
            JTextArea.class,
            one -> SwingUtilities.getWindowAncestor(one) != window.frame());
    String words = Window.text(told);
    System.out.println("told at the start: " + words);
    for (String sentence : sentences) {
      check(words.contains(sentence), sentence);
    }
    closeByKeys("the warning", told, "report", "Close");
  }

  /** Runs the plan to its end: JMeter's Start button was disabled and is enabled again. */
  private void run() {
    AbstractButton start =
        window.find("Start", AbstractButton.class, one -> "start".equals(one.getActionCommand()));
    List<Boolean> changes = new ArrayList<>();
    Window.onScreen(
        () -> {
          start.addPropertyChangeListener(
              "enabled", change -> changes.add((Boolean) change.getNewValue()));
          return null;
        });
    window.menu("Run", "Start");
    Await.until(
        "the run to end",
        LIMIT,
        () -> Window.onScreen(() -> changes.contains(false) && start.isEnabled()));
  }

  /** One row, of that profile; and JMeter counts no error. */
  private void checkMonitor(String profile) {
    JTable table = table();
    String title = "profile '" + profile + "'";
    Await.until(
        "one row, of " + title,
        LIMIT,
        () -> rows(table) == 1 && cell(table, "Profile").equals(title));
    System.out.println("seen: one row, of " + title);
    check(cell(table, "Failed").equals("0"), "the run is not charged with the trial's failure");
    check(cell(table, "Last error").isEmpty(), "nor has it its error");
    AbstractButton errors =
        window.find(
            "the number of errors",
            AbstractButton.class,
            one -> one.getToolTipText() != null && one.getToolTipText().contains("errors in log"));
    String shown = Window.onScreen(() -> errors.getText());
    check("0".equals(shown), "JMeter counts no error: " + shown);
  }

  private JTable table() {
    return window.find("the Monitor", JTable.class, one -> one.getColumnCount() > 9);
  }

  private static int rows(JTable table) {
    return Window.onScreen(table::getRowCount);
  }

  /** A cell of the first row; empty if there is none. */
  private static String cell(JTable table, String column) {
    return Window.onScreen(
        () ->
            table.getRowCount() == 0
                ? ""
                : table.getValueAt(0, table.getColumnModel().getColumnIndex(column)).toString());
  }
}
