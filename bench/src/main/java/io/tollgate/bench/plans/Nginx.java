package io.tollgate.bench.plans;

import io.tollgate.tests.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An API at the lowest cost: an nginx on loopback, with all its files under one directory of the
 * build. It ends with this JVM.
 */
final class Nginx implements AutoCloseable {
  private static final List<String> PLACES =
      List.of(
          "/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx", "/opt/homebrew/bin/nginx");

  private final Process process;
  private final int port;
  private final Thread atExit = new Thread(this::kill);

  private Nginx(Process process, int port) {
    this.process = process;
    this.port = port;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Starts it; {@code NGINX} in the environment names another binary than the system's. */
  static Nginx start(Path directory) throws IOException {
    Files.createDirectories(directory);
    int port = freePort();
    Path configuration = directory.resolve("nginx.conf");
    Files.writeString(
        configuration, PlanVariant.text("nginx.conf").replace("@PORT@", Integer.toString(port)));
    Process process =
        new ProcessBuilder(binary(), "-p", directory.toString(), "-c", configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("console.txt").toFile())
            .start();
    Nginx nginx = new Nginx(process, port);
    Await.until(
        "nginx to listen; see " + directory,
        Duration.ofSeconds(10),
        () -> !process.isAlive() || listens(port));
    if (!process.isAlive()) {
      throw new IllegalStateException("nginx ended at once; see " + directory);
    }
    return nginx;
  }

  int port() {
    return port;
  }

  private static String binary() {
    String named = System.getenv("NGINX");
    return named != null
        ? named
        : PLACES.stream()
            .filter(place -> Files.isExecutable(Path.of(place)))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "no nginx in "
                            + PLACES
                            + ": install one (apt-get install nginx-light), or name it in NGINX"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atExit);
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
  }
}
