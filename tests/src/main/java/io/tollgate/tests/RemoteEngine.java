package io.tollgate.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;

/** An injector of a distributed test: a JMeter on the loopback that runs what it is sent. */
public final class RemoteEngine implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final Process process;
  private final Path directory;
  private final int port;

  private RemoteEngine(Process process, Path directory, int port) {
    this.process = process;
    this.directory = directory;
    this.port = port;
  }

  /**
   * Starts an engine and waits until it can be asked.
   *
   * @param name of its working directory
   * @param properties of its JMeter
   */
  public static RemoteEngine start(String name, Map<?, ?> properties) {
    return start(name, properties, Map.of());
  }

  /**
   * Starts an engine with variables that only its own process has.
   *
   * @param name of its working directory
   * @param properties of its JMeter
   * @param environment names and values
   */
  public static RemoteEngine start(
      String name, Map<?, ?> properties, Map<String, String> environment) {
    Path directory = Layout.build().resolve("system").resolve(name);
    try {
      JMeterHome.delete(directory);
      Files.createDirectories(directory);
      int port = Ports.tcp();
      Properties all = new Properties();
      properties.forEach((key, value) -> all.setProperty(key.toString(), value.toString()));
      all.setProperty("server.rmi.ssl.disable", "true");
      all.setProperty("server_port", Integer.toString(port));
      all.setProperty("server.rmi.localport", "0");
      try (var out = Files.newBufferedWriter(directory.resolve("run.properties"))) {
        all.store(out, null);
      }
      ProcessBuilder builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-Djava.awt.headless=true",
                  "-Djava.rmi.server.hostname=127.0.0.1",
                  "-jar",
                  JMeterHome.withTollgate().resolve("bin/ApacheJMeter.jar").toString(),
                  "-s",
                  "-q",
                  "run.properties",
                  "-j",
                  "jmeter.log")
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("console.txt").toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      RemoteEngine engine = new RemoteEngine(process, directory, port);
      Await.until(
          "a remote engine to start; see " + directory,
          START_LIMIT,
          () -> !process.isAlive() || engine.console().contains("Created remote object"));
      return engine;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  /** The number of its process. */
  public long pid() {
    return process.pid();
  }

  /** What it wrote to jmeter.log so far. */
  public String log() {
    return JMeterRun.read(directory.resolve("jmeter.log"));
  }

  /** A file that it wrote, empty if there is none. */
  public String file(String name) {
    return JMeterRun.read(directory.resolve(name));
  }

  private String console() {
    return JMeterRun.read(directory.resolve("console.txt"));
  }

  /** Ends it: an engine waits for the next test otherwise. */
  @Override
  public void close() {
    Await.killed(process);
  }
}
