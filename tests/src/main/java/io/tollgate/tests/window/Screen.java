package io.tollgate.tests.window;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A screen in memory: an X server that shows nothing. It ends with this object. */
public final class Screen implements AutoCloseable {
  private final Process server;
  private final String display;

  private Screen(Process server, String display) {
    this.server = server;
    this.display = display;
  }

  /**
   * Starts one.
   *
   * @param log of what it says
   */
  public static Screen of(int width, int height, Path log) {
    try {
      Files.createDirectories(log.getParent());
      // It takes a display number that is free, and writes it to its standard output.
      Process server =
          new ProcessBuilder(
                  List.of(
                      "Xvfb",
                      "-displayfd",
                      "1",
                      "-screen",
                      "0",
                      width + "x" + height + "x24",
                      "-nolisten",
                      "tcp"))
              .redirectError(log.toFile())
              .start();
      String number =
          new BufferedReader(
                  new InputStreamReader(server.getInputStream(), StandardCharsets.US_ASCII))
              .readLine();
      if (number == null) {
        throw new IllegalStateException("Xvfb did not start; see " + log);
      }
      return new Screen(server, ":" + number);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@code DISPLAY} is to be. */
  public String display() {
    return display;
  }

  @Override
  public void close() {
    server.destroy();
    try {
      if (!server.waitFor(5, TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
    } catch (InterruptedException e) {
      server.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
