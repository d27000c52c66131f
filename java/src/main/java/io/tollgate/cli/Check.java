package io.tollgate.cli;

import io.tollgate.ErrorCode;
import io.tollgate.Tollgate;
import io.tollgate.TollgateException;
import java.io.PrintStream;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The command that fetches one token and says what came back. */
final class Check {
  /** Kept, because a logger without a reference is collected and loses its level. */
  private static final Logger LOG = Logger.getLogger("io.tollgate");

  private final PrintStream out;
  private final Settings settings = new Settings();
  private String profile;
  private double planMinutes;
  private boolean json;

  Check(PrintStream out) {
    this.out = out;
  }

  int run(List<String> arguments) throws WrongUsage {
    read(arguments);
    settings.use();
    LOG.setLevel(Level.OFF); // all of it is said here
    Report report = new Report(profile);
    int exit = check(report);
    if (json) {
      report.printJson(out);
    } else {
      report.print(out);
    }
    return exit;
  }

  private int check(Report report) {
    if (!Settings.profiles().contains(profile)) {
      report.add(
          Report.Mark.PROBLEM,
          "settings",
          "there is no profile of this name: no property begins with tollgate.profile.%s. (%s)",
          profile,
          Settings.profiles().isEmpty()
              ? "and there is no other; name the file with -p"
              : "there are: " + String.join(", ", Settings.profiles()));
      return Exit.FOUND;
    }
    try {
      Fetch fetch = Fetch.of(Tollgate.credential(profile));
      TollgateException failure = fetch.failure();
      new Verdict(report, planMinutes).on(fetch);
      if (failure != null && failure.getCode() == ErrorCode.NATIVE_UNAVAILABLE) {
        return Exit.UNABLE;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Exit.UNABLE;
    }
    return report.hasProblems() ? Exit.FOUND : Exit.FINE;
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
      } else if (option.equals("--json")) {
        json = true;
      } else if (option.startsWith("-") || profile != null) {
        throw new WrongUsage("check does not know '" + option + "'");
      } else {
        profile = option;
      }
    }
    if (profile == null) {
      throw new WrongUsage("check wants the name of a profile");
    }
  }
}
