package io.tollgate.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A browser without a screen, which tells what a page loads. */
public final class Browser {
  private static final int LIMIT_SECONDS = 120;
  private static final String LIVE = "--virtual-time-budget=4000";

  private final Path directory;

  private Browser(Path directory) {
    this.directory = directory;
  }

  /** One whose files go to the given directory. */
  public static Browser in(Path directory) {
    return new Browser(directory);
  }

  /** Opens a page and answers its elements as the browser understood them. */
  public String elements(Path page) {
    return run(page.toUri(), List.of("--dump-dom"));
  }

  /**
   * Opens a page whose script asks its server again and again, and answers its elements after some
   * seconds of the page's own time, which stands still while an answer is awaited.
   */
  public String liveElements(URI page) {
    return run(page, List.of("--dump-dom", LIVE));
  }

  /** Takes a picture of such a page. */
  public Path livePicture(URI page, String name, int width, int height, boolean dark) {
    return picture(page, name, width, height, dark, List.of(LIVE));
  }

  /** Takes a picture of a page in a window of that size. */
  public Path picture(Path page, String name, int width, int height, boolean dark) {
    return picture(page.toUri(), name, width, height, dark, List.of());
  }

  private Path picture(
      URI page, String name, int width, int height, boolean dark, List<String> more) {
    Path picture = directory.resolve(name);
    List<String> options = new ArrayList<>(more);
    options.add("--screenshot=" + picture);
    options.add("--hide-scrollbars");
    options.add("--window-size=" + width + "," + height);
    if (dark) {
      options.add("--blink-settings=preferredColorScheme=0");
    }
    run(page, options);
    return picture;
  }

  /**
   * What the page that was opened last asked the network for; the browser's own errands left out.
   */
  public List<String> asked() {
    // Its log of the network names each request with the URL it is for.
    return JMeterRun.read(directory.resolve("network.json"))
        .lines()
        .filter(line -> line.contains("\"url\":\"http") && line.contains("\"initiator\":"))
        .filter(line -> !line.contains("\"initiator\":\"not an origin\""))
        .toList();
  }

  private String run(URI page, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(Layout.browser());
    command.addAll(
        List.of(
            "--headless",
            "--no-sandbox", // CI is root in a container, where its sandbox can't be made
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
            "--user-data-dir=" + directory.resolve("profile"),
            "--log-net-log=" + directory.resolve("network.json")));
    command.addAll(options);
    command.add(page.toString());
    try {
      Files.createDirectories(directory);
      Path out = directory.resolve("out.txt");
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(directory.resolve("error.txt").toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the browser did not end; see " + directory);
      }
      return JMeterRun.read(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the browser was running", e);
    }
  }
}
