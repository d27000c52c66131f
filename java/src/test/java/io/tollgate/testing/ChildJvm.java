package io.tollgate.testing;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own for what can happen once in a process only. */
public final class ChildJvm {
  /** One that starts on a busy machine, loads the library and waits on purpose takes a while. */
  private static final int MOST_SECONDS = 180;

  private final Process process;
  private final Path output;

  private ChildJvm(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts a main class on this JVM's class path. Arguments that begin with - go to the JVM. */
  public static ChildJvm start(Class<?> main, String... arguments) throws IOException {
    return start(System.getProperty("java.class.path"), main, arguments);
  }

  /** Starts a main class on a class path. */
  public static ChildJvm start(String classPath, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(Arrays.asList("-Xcheck:jni", "-Xmx256m", "-cp", classPath));
    for (String argument : arguments) {
      if (argument.startsWith("-")) {
        command.add(argument);
      }
    }
    command.add(main.getName());
    for (String argument : arguments) {
      if (!argument.startsWith("-")) {
        command.add(argument);
      }
    }
    Path output = Files.createTempFile("child", ".log");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    return new ChildJvm(process, output);
  }

  /** Waits for the JVM to end by itself and gives what it printed; fails if it does not end. */
  public String finish() throws Exception {
    boolean ended = process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly().waitFor();
    }
    String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
    Files.delete(output);
    if (!ended || process.exitValue() != 0) {
      throw new AssertionError(
          (ended ? "exit code " + process.exitValue() : "the JVM did not exit") + ":\n" + text);
    }
    return text;
  }
}
