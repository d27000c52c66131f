package io.tollgate.cli;

import io.tollgate.ErrorCode;
import io.tollgate.TollgateException;
import io.tollgate.profile.StoreState;
import java.io.PrintStream;
import java.util.Collections;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The command that shows what the injectors of a profile share in its store. It only reads. */
final class Fleet {
  /** Kept, because a logger without a reference is collected and loses its level. */
  private static final Logger LOG = Logger.getLogger("io.tollgate");

  private final PrintStream out;
  private final Settings settings = new Settings();
  private String profile;
  private boolean json;

  Fleet(PrintStream out) {
    this.out = out;
  }

  int run(List<String> arguments) throws WrongUsage {
    read(arguments);
    settings.use();
    LOG.setLevel(Level.OFF); // all of it is said here
    Report report = new Report(profile, null);
    boolean isAble = Settings.has(profile, report) ? look(report) : true;
    report.print(out, json);
    return isAble ? report.exit() : Exit.UNABLE;
  }

  /** Whether the engine could look. */
  private boolean look(Report report) {
    try {
      StoreState state = StoreState.of(profile, Collections.emptyMap(), false);
      state.facts().forEach(report::fact);
      StoreLines lines = new StoreLines(report, state);
      lines.ofTheStore();
      lines.ofTheFleet();
      return true;
    } catch (TollgateException e) {
      report.add(Report.Mark.PROBLEM, e.getCode().name(), "%s", e.getDetail());
      return e.getCode() != ErrorCode.NATIVE_UNAVAILABLE;
    }
  }

  private void read(List<String> arguments) throws WrongUsage {
    Options options = new Options(arguments);
    while (options.hasNext()) {
      String option = options.next();
      if (settings.take(option, options)) {
        continue;
      }
      if (option.equals("--json")) {
        json = true;
      } else if (option.startsWith("-") || profile != null) {
        throw new WrongUsage("fleet does not know '" + option + "'");
      } else {
        profile = option;
      }
    }
    if (profile == null) {
      throw new WrongUsage("fleet wants the name of a profile");
    }
  }
}
