package io.tollgate.tests.window;

import io.tollgate.tests.JMeterHome;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A JVM with JMeter's window on a screen, in which a main class of this package uses it. */
public final class JMeterWindow {
  private JMeterWindow() {}

  /**
   * Runs it to its end.
   *
   * @param directory for its files
   * @return what it printed
   */
  public static String run(
      Class<?> main,
      JMeterHome home,
      Screen screen,
      Path directory,
      int limitSeconds,
      Map<String, String> environment,
      List<String> jvm,
      String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx512m",
            "-Djmeter.home=" + home.directory(),
            "-Djava.util.prefs.userRoot=" + directory,
            "-cp",
            home.directory().resolve("bin/ApacheJMeter.jar") + File.pathSeparator + classes()));
    command.addAll(1, jvm);
    command.add(main.getName());
    command.addAll(List.of(arguments));
    try {
      Files.createDirectories(directory);
      Path out = directory.resolve("out.txt");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile());
      builder.environment().put("DISPLAY", screen.display());
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(limitSeconds, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("no end within " + limitSeconds + " s; see " + out);
      }
      String printed = Files.readString(out);
      if (process.exitValue() != 0) {
        throw new AssertionError(printed);
      }
      return printed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the window was open", e);
    }
  }

  private static Path classes() {
    return Path.of(
        JMeterWindow.class.getProtectionDomain().getCodeSource().getLocation().getPath());
  }
}
