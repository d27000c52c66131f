package io.tollgate.cli;

import io.tollgate.engine.Version;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Where {@code java -jar} begins. Finds the command; each says the rest itself. */
public final class Main {
  private final PrintStream out;
  private final PrintStream err;

  Main(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /**
   * Runs a command and ends the JVM with its exit code.
   *
   * @param arguments the command and what it is given
   */
  public static void main(String[] arguments) {
    System.exit(new Main(System.out, System.err).run(Arrays.asList(arguments)));
  }

  int run(List<String> arguments) {
    if (arguments.isEmpty() || isHelp(arguments.get(0))) {
      return help();
    }
    String command = arguments.get(0);
    List<String> rest = arguments.subList(1, arguments.size());
    // The server has a help of its own.
    if (!command.equals("server") && rest.stream().anyMatch(Main::isHelp)) {
      return help();
    }
    try {
      switch (command) {
        case "adopt":
          return new Adopt(out).run(rest);
        case "check":
          return new Check(out).run(rest);
        case "dry-run":
          return new DryRun(out, err).run(rest);
        case "fleet":
          return new Fleet(out).run(rest);
        case "login":
          return new Login(out).run(rest);
        case "explain":
          return new Explain(out, err).run(rest);
        case "serve":
          return new Serve(out, err).run(rest);
        case "server":
          return new Server(err).run(rest);
        case "--version":
        case "version":
          out.println(Version.CURRENT);
          return Exit.FINE;
        default:
          throw new WrongUsage("there is no command '" + command + "'");
      }
    } catch (WrongUsage e) {
      err.println("tollgate: " + e.getMessage());
      err.println("tollgate: --help shows the commands and their options");
      return Exit.USAGE;
    }
  }

  private static boolean isHelp(String argument) {
    return argument.equals("--help") || argument.equals("-h") || argument.equals("help");
  }

  private int help() {
    try (InputStream in = Main.class.getResourceAsStream("help.txt");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        out.println(line.replace("VERSION", Version.CURRENT));
      }
      return Exit.FINE;
    } catch (IOException e) {
      err.println("tollgate: the jar is not complete: " + e);
      return Exit.UNABLE;
    }
  }
}
