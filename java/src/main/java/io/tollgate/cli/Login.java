package io.tollgate.cli;

import io.tollgate.cli.login.LoginFailure;
import io.tollgate.cli.login.LoginRun;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The command that signs a user in once, so that tests start with a refresh token. */
final class Login {
  /** Kept, because a logger without a reference is collected and loses its level. */
  private static final Logger LOG = Logger.getLogger("io.tollgate");

  private final PrintStream out;
  private final Settings settings = new Settings();
  private final List<String[]> parameters = new ArrayList<>();
  private String profile;
  private String redirect;
  private boolean byDevice;
  private boolean opensBrowser = true;
  private double seconds = 300;

  Login(PrintStream out) {
    this.out = out;
  }

  int run(List<String> arguments) throws WrongUsage {
    read(arguments);
    settings.use();
    LOG.setLevel(Level.OFF); // all of it is said here
    try {
      LoginRun login = new LoginRun(out, profile);
      login.within(Math.round(seconds));
      login.redirect(redirect);
      if (!opensBrowser) {
        login.withoutBrowser();
      }
      parameters.forEach(parameter -> login.parameter(parameter[0], parameter[1]));
      out.println("Signed in. The refresh token is in " + login.run(byDevice));
      return Exit.FINE;
    } catch (LoginFailure e) {
      out.println("No login: " + e.getMessage());
      return Exit.FOUND;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Exit.UNABLE;
    }
  }

  private void read(List<String> arguments) throws WrongUsage {
    Options options = new Options(arguments);
    while (options.hasNext()) {
      String option = options.next();
      if (settings.take(option, options)) {
        continue;
      }
      if (option.equals("--device")) {
        byDevice = true;
      } else if (option.equals("--no-browser")) {
        opensBrowser = false;
      } else if (option.equals("--redirect")) {
        redirect = options.value(option);
      } else if (option.equals("--within")) {
        seconds = options.positive(option);
      } else if (option.equals("--param")) {
        String[] parameter = options.value(option).split("=", 2);
        if (parameter.length < 2) {
          throw new WrongUsage("--param wants name=value");
        }
        parameters.add(parameter);
      } else if (option.startsWith("-") || profile != null) {
        throw new WrongUsage("login does not know '" + option + "'");
      } else {
        profile = option;
      }
    }
    if (profile == null) {
      throw new WrongUsage("login wants the name of a profile");
    }
  }
}
