package io.tollgate.tests;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The JDKs of this machine: the one that runs this, those that are installed beside it, and those
 * whose homes the variable {@code TOLLGATE_JDKS} names, separated as in {@code PATH}.
 */
final class Jdks {
  private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)");

  private Jdks() {}

  /** Homes by major version. */
  static Map<Integer, Path> found() {
    Map<Integer, Path> found = new TreeMap<>();
    Path own = Path.of(System.getProperty("java.home"));
    for (Path place : new Path[] {own.getParent(), Path.of("/usr/lib/jvm")}) {
      if (Files.isDirectory(place)) {
        try (Stream<Path> homes = Files.list(place)) {
          homes.forEach(home -> add(found, home));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    String named = System.getenv("TOLLGATE_JDKS");
    if (named != null) {
      Stream.of(named.split(File.pathSeparator)).forEach(home -> add(found, Path.of(home)));
    }
    add(found, own);
    return found;
  }

  private static void add(Map<Integer, Path> found, Path home) {
    Path release = home.resolve("release");
    if (!Files.isReadable(release) || !Files.isExecutable(home.resolve("bin").resolve("java"))) {
      return;
    }
    Matcher version = VERSION.matcher(JMeterRun.read(release));
    if (version.find()) {
      found.put(Integer.parseInt(version.group(1)), home);
    }
  }
}
