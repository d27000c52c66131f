package io.tollgate.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Properties as JMeter takes them: files in the order given, a later one over an earlier one, and
 * {@code -J} over all of them.
 */
final class Settings {
  private static final String PREFIX = "tollgate.profile.";

  private final Properties fromFiles = new Properties();
  private final Map<String, String> fromCommandLine = new TreeMap<>();

  /** Takes an option that says what the settings are, with its value; tells whether it is one. */
  boolean take(String option, Options options) throws WrongUsage {
    if (option.equals("-p") || option.equals("-q")) {
      load(options.value(option));
    } else if (option.equals("-J")) {
      set(options.value(option));
    } else if (option.startsWith("-J")) {
      set(option.substring(2));
    } else {
      return false;
    }
    return true;
  }

  private void load(String name) throws WrongUsage {
    Path file = file(name);
    try (InputStream in = Files.newInputStream(file)) {
      fromFiles.load(in);
    } catch (IOException | IllegalArgumentException e) {
      throw new WrongUsage(name + " can't be read as properties: " + reason(e));
    }
  }

  private void set(String definition) throws WrongUsage {
    int at = definition.indexOf('=');
    if (at < 1) {
      throw new WrongUsage("-J wants key=value");
    }
    fromCommandLine.put(definition.substring(0, at), definition.substring(at + 1));
  }

  /** Hands them to the engine, which finds them where a JVM without JMeter has its properties. */
  void use() {
    for (String key : fromFiles.stringPropertyNames()) {
      System.setProperty(key, fromFiles.getProperty(key));
    }
    fromCommandLine.forEach(System::setProperty);
  }

  /** The names of the profiles that there are. */
  static TreeSet<String> profiles() {
    TreeSet<String> names = new TreeSet<>();
    for (String key : System.getProperties().stringPropertyNames()) {
      int end = key.indexOf('.', PREFIX.length());
      if (key.startsWith(PREFIX) && end > 0) {
        names.add(key.substring(PREFIX.length(), end));
      }
    }
    return names;
  }

  /** Whether there is a profile of this name. If not, the report says which there are. */
  static boolean has(String profile, Report report) {
    if (profiles().contains(profile)) {
      return true;
    }
    report.add(
        Report.Mark.PROBLEM,
        "settings",
        "there is no profile of this name: no property begins with tollgate.profile.%s. (%s)",
        profile,
        profiles().isEmpty()
            ? "and there is no other; name the file with -p"
            : "there are: " + String.join(", ", profiles()));
    return false;
  }

  static Path file(String name) throws WrongUsage {
    try {
      return Paths.get(name);
    } catch (InvalidPathException e) {
      throw new WrongUsage(name + " is not a file name");
    }
  }

  /** A file's own name, without its directories. */
  static String nameOf(String path) throws WrongUsage {
    return String.valueOf(file(path).getFileName());
  }

  /**
   * Why a file can't be read, in words: the exceptions of files often have nothing but its name.
   */
  static String reason(Exception e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "access is denied";
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
