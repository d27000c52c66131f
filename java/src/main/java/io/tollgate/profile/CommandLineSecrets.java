package io.tollgate.profile;

import io.tollgate.engine.OnceLog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Secrets on JMeter's command line. JMeter writes the values of {@code -J} into its log before any
 * plugin is there, and every user of the machine can read the command line of a process.
 */
final class CommandLineSecrets {
  /** The engine's own table of settings, see {@code KnownSettings}. */
  private static final String TABLE = "/io/tollgate/jmeter/elements/settings.tsv";

  /** The names of secret settings; of a family what comes before the {@code <}. */
  private static final List<String> SECRETS = secrets();

  private CommandLineSecrets() {}

  /**
   * Warns of each secret that is on the command line, by name and once a run.
   *
   * @param prefix of the properties of a profile
   * @param keys the settings that properties give
   */
  static void warn(String prefix, Collection<String> keys) {
    String command = System.getProperty("sun.java.command", "");
    for (String key : keys) {
      if (isSecret(key) && isOn(command, prefix + key)) {
        OnceLog.warn(
            prefix + key,
            prefix
                + key
                + " is on the command line, so its value is in jmeter.log and in the list of"
                + " processes: use env:NAME or file:PATH, and a new secret");
      }
    }
  }

  static boolean isSecret(String key) {
    return SECRETS.stream()
        .anyMatch(name -> name.endsWith(".") ? key.startsWith(name) : key.equals(name));
  }

  /** Whether the value itself is there, and not where to find it. */
  static boolean isOn(String command, String property) {
    String option = "(?:^|\\s)(?:-[JG]|--(?:jmeter|global)property)\\s*";
    String value = "=(?!env:|file:|\\s|$)";
    return Pattern.compile(option + Pattern.quote(property) + value).matcher(command).find();
  }

  private static List<String> secrets() {
    try (InputStream in = CommandLineSecrets.class.getResourceAsStream(TABLE);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .map(line -> line.split("\t", -1))
          .filter(cells -> cells[0].equals("setting") && cells[2].equals("secret"))
          .map(cells -> cells[1].replaceFirst("<.*", ""))
          .collect(Collectors.toList());
    } catch (IOException e) {
      throw new IllegalStateException(TABLE, e);
    }
  }
}
