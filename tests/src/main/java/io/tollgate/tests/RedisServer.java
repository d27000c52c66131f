package io.tollgate.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A Redis that keeps nothing on disk and listens on a socket of the file system. */
final class RedisServer implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final Process process;
  private final Path socket;

  private RedisServer(Process process, Path socket) {
    this.process = process;
    this.socket = socket;
  }

  /** Starts one. The path of the directory is short: a socket's has 107 bytes at most. */
  static RedisServer start(Path directory) {
    Path socket = directory.resolve("redis.sock");
    Path log = directory.resolve("redis.log");
    try {
      Process process =
          new ProcessBuilder(
                  Layout.redis().toString(),
                  "--port",
                  "0",
                  "--unixsocket",
                  socket.toString(),
                  "--save",
                  "")
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      Await.until(
          "Redis to listen; see " + log,
          START_LIMIT,
          () -> Files.exists(socket) || !process.isAlive());
      if (!process.isAlive()) {
        throw new IllegalStateException("Redis ended: " + JMeterRun.read(log));
      }
      return new RedisServer(process, socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
