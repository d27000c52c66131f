package io.tollgate.tests;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the parts under test and the working directories are.
 *
 * <p>The build hands over the shipped jar, the server's binary and an untouched JMeter home as
 * system properties; the rest follows from them.
 */
public final class Layout {
  private Layout() {}

  /** The shipped jar. */
  public static Path jar() {
    return existing("tollgate.test.jar");
  }

  /** The server's binary. */
  public static Path authServer() {
    return existing("tollgate.test.authserver");
  }

  /** An untouched JMeter home; never written to. */
  public static Path jmeter() {
    return existing("tollgate.test.jmeter");
  }

  /** An installed Keycloak; not written to. */
  public static Path keycloak() {
    return existing("tollgate.test.keycloak");
  }

  /** The version of that JMeter. */
  public static String jmeterVersion() {
    return System.getProperty("tollgate.test.jmeter.version");
  }

  /** An untouched home of another version, as {@link #jmeter}. */
  public static Path jmeter(String version) {
    return version.equals(jmeterVersion())
        ? jmeter()
        : jmeter().resolveSibling("jmeters").resolve(version);
  }

  /** The jar of the WebSocket samplers, for runs that name it in {@code search_paths}. */
  public static Path webSocketSamplers() {
    return existing("tollgate.test.websocket");
  }

  /** The jar of another plugin, by the beginning of its name. */
  public static Path plugin(String name) {
    String paths = System.getProperty("tollgate.test.plugins", "");
    return Arrays.stream(paths.split(File.pathSeparator))
        .map(Path::of)
        .filter(path -> path.getFileName().toString().startsWith(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + name + " among " + paths));
  }

  /** The browser that pages are opened in. */
  public static String browser() {
    return Stream.of("chromium", "chromium-browser", "google-chrome")
        .flatMap(name -> onThePath(name).stream())
        .findFirst()
        .orElseThrow(() -> missing("chromium"))
        .toString();
  }

  /** A program of Prometheus: {@code prometheus}, {@code promtool}. */
  public static Path prometheus(String program) {
    Path unpacked = build().resolve("tools/prometheus/usr/bin").resolve(program);
    return Files.isExecutable(unpacked)
        ? unpacked
        : onThePath(program).orElseThrow(() -> missing("prometheus"));
  }

  /** The server of a store that injectors share. */
  public static Path redis() {
    Path own = build().resolve("tools/bin/redis-server");
    return Files.isExecutable(own)
        ? own
        : onThePath("redis-server").orElseThrow(() -> missing("redis-server"));
  }

  private static Optional<Path> onThePath(String program) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static IllegalStateException missing(String program) {
    return new IllegalStateException(
        "no " + program + " on the PATH; gradle/setup.sh test names the package");
  }

  /** The directory that working files go under. */
  public static Path build() {
    String named = System.getProperty("tollgate.test.build");
    return named == null ? jmeter().getParent() : Paths.get(named).toAbsolutePath();
  }

  /** A JMeter plan or script of this project, by file name. */
  public static Path plan(String file) {
    return sources().resolve("plans").resolve(file);
  }

  /** A table of what real servers answer. */
  public static Path cases(String file) {
    return sources().resolve("cases").resolve(file);
  }

  /** The directory of a failure that people can reproduce: its plans, its load, its server. */
  public static Path failure(String name) {
    return examples().resolve("failures").resolve(name);
  }

  /** The runnable plans, a folder each. */
  public static Path examples() {
    return sources().resolveSibling("examples");
  }

  /** What operators deploy. */
  public static Path deploy() {
    return sources().resolveSibling("deploy");
  }

  /** The plan of an example, by the name of its directory. */
  public static Path example(String name) {
    return sources().resolveSibling("examples").resolve(name).resolve("plan.jmx");
  }

  /** Answers of servers, and what is to come of them. */
  static Path cases() {
    return sources().resolve("cases");
  }

  /** Part of the results of a story, as its plan wrote them. */
  public static Path jtl(String name) {
    return sources().resolve("jtl").resolve(name + ".jtl");
  }

  /** A page of docs. */
  public static Path doc(String name) {
    return sources().resolveSibling("docs").resolve(name);
  }

  /** The sources of the second judge. */
  public static Path oidcProvider() {
    return sources().resolve("oidc-provider");
  }

  private static Path sources() {
    String named = System.getProperty("tollgate.test.sources");
    if (named != null) {
      return Paths.get(named).toAbsolutePath();
    }
    Path here = Paths.get("").toAbsolutePath();
    for (Path at = here; at != null; at = at.getParent()) {
      for (Path candidate : new Path[] {at, at.resolve("tests")}) {
        if (Files.isRegularFile(candidate.resolve("plans/load.jmx"))) {
          return candidate;
        }
      }
    }
    throw new IllegalStateException("no tests/plans at or above " + here);
  }

  private static Path existing(String property) {
    String value = System.getProperty(property);
    if (value == null) {
      throw new IllegalStateException("the build did not set the system property " + property);
    }
    Path path = Paths.get(value).toAbsolutePath();
    if (!Files.exists(path)) {
      throw new IllegalStateException(property + " names " + path + ", which does not exist");
    }
    return path;
  }
}
