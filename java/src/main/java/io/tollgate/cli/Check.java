package io.tollgate.cli;

import io.tollgate.ErrorCode;
import io.tollgate.Tollgate;
import io.tollgate.TollgateException;
import io.tollgate.profile.StoreState;
import java.io.PrintStream;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The command that looks at a plan, or fetches one token and says what came back, or both. */
final class Check {
  /** Kept, because a logger without a reference is collected and loses its level. */
  private static final Logger LOG = Logger.getLogger("io.tollgate");

  private final PrintStream out;
  private final Settings settings = new Settings();
  private String profile;
  private String plan;
  private double planMinutes;
  private boolean json;

  Check(PrintStream out) {
    this.out = out;
  }

  int run(List<String> arguments) throws WrongUsage {
    read(arguments);
    settings.use();
    LOG.setLevel(Level.OFF); // all of it is said here
    CheckedPlan checked = plan == null ? null : CheckedPlan.read(plan);
    Report report = new Report(profile, checked == null ? null : checked.name());
    if (checked != null) {
      checked.addTo(report);
    }
    int exit = profile == null ? report.exit() : check(report, checked);
    report.print(out, json);
    return exit;
  }

  private int check(Report report, CheckedPlan checked) {
    Map<String, String> ofPlan = checked == null ? null : checked.settings(profile);
    if (ofPlan != null) {
      for (Map.Entry<String, String> setting : ofPlan.entrySet()) {
        if (setting.getValue().contains("${")) {
          report.add(
              Report.Mark.PROBLEM,
              "settings",
              "%s holds a variable that only a run knows: %s",
              setting.getKey(),
              setting.getValue());
          return Exit.FOUND;
        }
      }
      Tollgate.define(profile, ofPlan);
    } else if (!Settings.has(profile, report)) {
      return Exit.FOUND;
    }
    try {
      Fetch fetch = Fetch.of(Tollgate.credential(profile));
      TollgateException failure = fetch.failure();
      new Verdict(report, planMinutes).on(fetch);
      if (failure != null && failure.getCode() == ErrorCode.NATIVE_UNAVAILABLE) {
        return Exit.UNABLE;
      }
      if (failure == null || failure.getCode() != ErrorCode.CONFIG) {
        store(report, ofPlan == null ? Collections.emptyMap() : ofPlan);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Exit.UNABLE;
    }
    return report.exit();
  }

  /** Whether injectors can share by the profile's store, if it has one. */
  private void store(Report report, Map<String, String> ofPlan) {
    try {
      StoreState state = StoreState.of(profile, ofPlan, true);
      if (state.isThere()) {
        report.fact("store", state.facts());
        new StoreLines(report, state).ofTheStore();
      }
    } catch (TollgateException e) {
      report.add(Report.Mark.PROBLEM, "store", "%s", e.getDetail());
    }
  }

  private void read(List<String> arguments) throws WrongUsage {
    Options options = new Options(arguments);
    while (options.hasNext()) {
      String option = options.next();
      if (settings.take(option, options)) {
        continue;
      }
      if (option.equals("--plan-minutes")) {
        planMinutes = options.positive(option);
      } else if (option.equals("--plan")) {
        plan = options.value(option);
      } else if (option.equals("--json")) {
        json = true;
      } else if (option.startsWith("-") || profile != null) {
        throw new WrongUsage("check does not know '" + option + "'");
      } else {
        profile = option;
      }
    }
    if (profile == null && plan == null) {
      throw new WrongUsage("check wants the name of a profile, or --plan and a plan (JMX)");
    }
  }
}
