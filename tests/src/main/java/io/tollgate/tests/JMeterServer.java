package io.tollgate.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** An injector of a distributed test: a JMeter that waits on the loopback to be given a plan. */
public final class JMeterServer implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(120);

  private final Process process;
  private final int port;

  private JMeterServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts one with these properties, in a directory of its own. */
  public static JMeterServer start(Path directory, Properties properties) {
    try {
      JMeterHome.delete(directory);
      Files.createDirectories(directory);
      int port = freePort();
      try (var out = Files.newBufferedWriter(directory.resolve("run.properties"))) {
        properties.store(out, null);
      }
      Path console = directory.resolve("console.txt");
      Process process =
          new ProcessBuilder(
                  List.of(
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
                      "jmeter.log",
                      "-Jserver.rmi.ssl.disable=true",
                      "-Jserver_port=" + port,
                      "-Jserver.rmi.localport=" + freePort()))
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(console.toFile())
              .start();
      process.getOutputStream().close();
      JMeterServer server = new JMeterServer(process, port);
      Await.until(
          "the injector to start; see " + directory,
          START_LIMIT,
          () -> !process.isAlive() || JMeterRun.read(console).contains("Created remote object"));
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@code -R} names it. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
