package io.tollgate.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A Redis that keeps nothing on disk and listens on a socket of the file system. */
final class RedisServer implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final Process process;
  private final Path socket;

  private RedisServer(Process process, Path socket) {
    this.process = process;
    this.socket = socket;
  }

  /**
   * Starts one, with more of its own options. The path of the directory is short: a socket's has
   * 107 bytes at most.
   */
  static RedisServer start(Path directory, String... options) {
    Path socket = directory.resolve("redis.sock");
    Path log = directory.resolve("redis.log");
    try {
      Files.deleteIfExists(socket); // of one before
      List<String> command = new ArrayList<>(List.of(Layout.redis().toString(), "--port", "0"));
      command.addAll(List.of("--unixsocket", socket.toString(), "--save", ""));
      command.addAll(List.of(options));
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      Await.until(
          "Redis to listen; see " + log, START_LIMIT, () -> listens(socket) || !process.isAlive());
      if (!process.isAlive()) {
        throw new IllegalStateException("Redis ended: " + JMeterRun.read(log));
      }
      return new RedisServer(process, socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file is there before anybody listens. */
  private static boolean listens(Path socket) {
    try (SocketChannel opened = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return opened.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  /** What the setting {@code store} has. */
  String url() {
    return "redis+unix://" + socket;
  }

  @Override
  public void close() {
    Await.killed(process);
  }
}
