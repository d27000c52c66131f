package io.tollgate.tests;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The commands that a page shows against the bundled server, run as a reader would type them: by a
 * shell, in a copy of the page's folder, with {@code jmeter} and {@code tollgate-authserver} on the
 * path, and with the WebSocket samplers that one example names. Only the port and the length of the
 * run are others.
 */
public final class ShownCommands implements AutoCloseable {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```[a-z]*\\n(.*?)^```$");
  private static final String SERVER = "tollgate-authserver";
  private static final String SHOWN_PORT = "8080";

  private final Path directory;
  private final int port;

  private ShownCommands(Path directory, int port) {
    this.directory = directory;
    this.port = port;
  }

  /** Runs the page's one block that starts the server; throws if it fails or takes too long. */
  public static ShownCommands run(Path page, int seconds, Duration limit) {
    Path folder = page.getParent();
    Path directory = Layout.build().resolve("system/commands").resolve(folder.getFileName());
    try {
      JMeterHome.delete(directory);
      copy(folder, directory);
      ShownCommands commands = new ShownCommands(directory, Ports.tcp());
      commands.putOnThePath("jmeter", jmeter(seconds));
      commands.putOnThePath(SERVER, "exec '" + Layout.authServer() + "' \"$@\"");
      try {
        commands.type(only(Files.readString(page)), limit);
      } catch (IOException | RuntimeException | Error e) {
        commands.close();
        throw e;
      }
      return commands;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What JMeter wrote to {@code out.jtl}. */
  public Results results() {
    return Results.read(directory.resolve("out.jtl"));
  }

  /** What the server counted of the client that the examples use. */
  public Counts counts() {
    try {
      URI url = URI.create("http://127.0.0.1:" + port + "/control/counts");
      return new Counts(new ObjectMapper().readTree(url.toURL()), AuthServer.CLIENT_ID);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file that the commands left beside the plan. */
  public String file(String name) {
    return JMeterRun.read(directory.resolve(name));
  }

  /** Everything the commands printed. */
  public String output() {
    return JMeterRun.read(directory.resolve("output.txt"));
  }

  private static String only(String page) {
    List<String> found = new ArrayList<>();
    Matcher blocks = BLOCK.matcher(page);
    while (blocks.find()) {
      if (blocks.group(1).contains(SERVER + " ")) {
        found.add(blocks.group(1));
      }
    }
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " blocks start the server, not one:\n" + page);
    }
    return found.get(0);
  }

  private void type(String block, Duration limit) throws IOException {
    Path script = directory.resolve("block.sh");
    Files.writeString(script, block.replace(SHOWN_PORT, Integer.toString(port)));
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-eu", script.toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output.txt").toFile());
    builder
        .environment()
        .merge("PATH", bin().toString(), (old, ours) -> ours + java.io.File.pathSeparator + old);
    Process shell = builder.start();
    try {
      CpuWait cpuWait = CpuWait.start();
      boolean over = shell.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      long more = cpuWait.extended(limit).minus(limit).toMillis();
      if (!over && !shell.waitFor(more, TimeUnit.MILLISECONDS)) {
        shell.descendants().forEach(ProcessHandle::destroyForcibly);
        shell.destroyForcibly();
        throw new AssertionError("not over after " + limit + "; see " + directory);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the commands ran", e);
    }
    if (shell.exitValue() != 0) {
      throw new AssertionError("exit code " + shell.exitValue() + ": " + output());
    }
  }

  private Path bin() {
    return directory.resolve("bin");
  }

  /** Each notes its process, so that what a block leaves in the background can be ended. */
  private void putOnThePath(String name, String body) throws IOException {
    Files.createDirectories(bin());
    Path file = bin().resolve(name);
    Files.writeString(
        file, "#!/usr/bin/env bash\necho $$ >>'" + directory.resolve("pids") + "'\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static String jmeter(int seconds) {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path launcher = JMeterHome.withTollgate().resolve("bin/ApacheJMeter.jar");
    return String.join(
        " ",
        "exec '" + java + "' -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
        "-Djava.awt.headless=true -jar '"
            + launcher
            + "' \"$@\" -Jsearch_paths='"
            + Layout.webSocketSamplers()
            + "' -Jthreads=8 -Jduration="
            + seconds);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  /** Ends what the block left in the background. */
  @Override
  public void close() {
    JMeterRun.read(directory.resolve("pids"))
        .lines()
        .mapToLong(Long::parseLong)
        .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
  }
}
