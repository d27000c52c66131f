package io.tollgate.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The shipped jar as a program, run to its end: {@code java -jar} with nothing else on the class
 * path.
 *
 * @param exitCode what it ended with
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
public record Program(int exitCode, String out, String err) {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Runs it in the directory of the build. */
  public static Program run(String... arguments) {
    return run(List.of(), arguments);
  }

  /** Runs it with options of the JVM. */
  public static Program run(List<String> jvm, String... arguments) {
    return finish(command(jvm, arguments));
  }

  /**
   * Runs it on another JDK, on a class path: what the jar's manifest allows is not allowed then.
   */
  public static Program onClassPath(Path jdk, String option, String... arguments) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(jdk.resolve("bin/java").toString(), "-Xmx128m", option));
    command.addAll(List.of("-cp", Layout.jar().toString(), "io.tollgate.cli.Main"));
    command.addAll(List.of(arguments));
    return finish(command);
  }

  private static Program finish(List<String> command) {
    try {
      Path directory = Files.createTempDirectory(Files.createDirectories(home()), "run-");
      Path out = directory.resolve("out.txt");
      Path err = directory.resolve("err.txt");
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "no end of " + command + " within " + LIMIT + "; see " + directory);
      }
      Program ended =
          new Program(process.exitValue(), Files.readString(out), Files.readString(err));
      JMeterHome.delete(directory);
      return ended;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the program was running", e);
    }
  }

  static List<String> command(List<String> jvm, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-Duser.language=en")); // its words are read by tests
    command.addAll(jvm);
    command.addAll(List.of("-jar", Layout.jar().toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Where working files of such runs go. */
  static Path home() {
    return Layout.build().resolve("system").resolve("program");
  }

  /** The story that {@code explain} finds a result file most like, empty if it finds nothing. */
  public static String storyOf(Path results) {
    Program explained = run("explain", results.toString());
    return explained
        .out()
        .lines()
        .filter(line -> line.startsWith("Most like it: examples/failures/"))
        .map(line -> line.substring(line.lastIndexOf('/') + 1))
        .findFirst()
        .orElseGet(
            () -> {
              if (explained.exitCode() != 0) {
                throw new AssertionError("explain failed: " + explained);
              }
              return "";
            });
  }
}
