package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/**
 * A headless run can be watched in a browser, and leaves a page that tells what became of its
 * tokens, in any browser, offline.
 */
class TheReportOfARunTest {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final Pattern MONITOR = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/");

  @Test
  void aRevocationIsToldAndThePageLoadsNothing() throws IOException, InterruptedException {
    FinishedRun run = revokedRun("report", null, TheReportOfARunTest::isWatched);
    Path page = run.directory().resolve("tollgate-report.html");
    Browser browser = Browser.in(run.directory().resolve("browser"));
    String elements = browser.elements(page);
    for (String told :
        new String[] {
          "got its first token, after",
          "the API answered 401 to token 1 of profile 'demo'",
          "the server had revoked it",
          "one refresh brought token 2",
          "Tokens over time",
          "<th scope=\"row\">demo</th><td>2</td><td>2</td><td>1</td><td>0</td><td>1</td>",
          "aria-label=\"Samples over time\"",
          "samples a second, good ones up to"
        }) {
      assertTrue(elements.contains(told), () -> "not in the page: " + told + "\n" + elements);
    }
    assertEquals(List.of(), browser.asked(), "what the page asked the network for");
    assertFalse(elements.contains(AuthServer.CLIENT_SECRET), "a secret is in the report");
    Path light = browser.picture(page, "light.png", 1000, 900, false);
    Path dark = browser.picture(page, "dark.png", 1000, 900, true);
    browser.picture(page, "phone.png", 500, 1200, false);
    assertTrue(brightness(light) > 200, "the page is light");
    assertTrue(brightness(dark) < 80, "the page is dark");
  }

  /** After the revocation, while the load runs. */
  private static void isWatched(JMeterRun run) throws IOException, InterruptedException {
    Matcher at = MONITOR.matcher(run.log());
    assertTrue(at.find(), run::log);
    URI monitor = URI.create(at.group());
    Browser browser = Browser.in(run.directory().resolve("monitor"));
    String elements = browser.liveElements(monitor);
    for (String told :
        new String[] {
          "<td>profile 'demo'</td><td>valid</td><td>2</td>",
          "<td>first 1, rejected 1</td>",
          "<td>token minted</td>",
          "<rect class=\"bar odd\"",
        }) {
      assertTrue(elements.contains(told), () -> "not in the page: " + told + "\n" + elements);
    }
    for (String asked : browser.asked()) {
      assertTrue(asked.contains("\"url\":\"" + monitor), asked);
    }
    assertTrue(brightness(browser.livePicture(monitor, "light.png", 1280, 800, false)) > 200);
    assertTrue(brightness(browser.livePicture(monitor, "dark.png", 1280, 800, true)) < 80);
    String metrics =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(monitor.resolve("/metrics")).build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    String mint = "tollgate_mints_total{profile=\"demo\",reason=\"rejected\"} 1\n";
    assertTrue(metrics.contains(mint), metrics);
    assertFalse((elements + metrics).contains(AuthServer.CLIENT_SECRET), "a secret");
  }

  @Test
  void controlAPageThatLoadsAPictureIsFound() throws IOException {
    try (AuthServer server = AuthServer.start("report-control")) {
      Path directory = Layout.build().resolve("system").resolve("report-control");
      Files.createDirectories(directory);
      Path page = directory.resolve("page.html");
      Files.writeString(page, "<html><img src=\"" + server.apiUrl() + "\"></html>");
      Browser browser = Browser.in(directory.resolve("browser"));
      browser.elements(page);
      Control.fails(
          "asked the network", () -> assertEquals(List.of(), browser.asked(), "asked the network"));
    }
  }

  @Test
  void whereItIsNotWantedOrCannotBeThereIsNone() throws IOException, InterruptedException {
    FinishedRun off = revokedRun("report-off", "off", run -> {});
    assertFalse(Files.exists(off.directory().resolve("tollgate-report.html")));
    FinishedRun nowhere = revokedRun("report-nowhere", "no/such/place/report.html", run -> {});
    assertEquals(0, nowhere.exitCode(), "exit code");
    List<String> warnings =
        nowhere.log().lines().filter(line -> line.contains("no report of this run")).toList();
    assertEquals(1, warnings.size(), () -> "lines: " + warnings);
    assertTrue(warnings.get(0).contains(" WARN "), warnings.get(0));
  }

  /** What is done while a run goes on. */
  private interface Watcher {
    void watch(JMeterRun run) throws IOException, InterruptedException;
  }

  /** Fifty threads whose token dies early, once. */
  private static FinishedRun revokedRun(String name, String report, Watcher watcher)
      throws IOException, InterruptedException {
    try (AuthServer server = AuthServer.start(name, "--lifetime", "10m", "--api-latency", "50ms")) {
      JMeterRun.Builder load =
          JMeterRun.of(name, "load.jmx")
              .against(server)
              .tollgate()
              .set("threads", 50)
              .set("loops", -1)
              // It is ended by its test: on a busy machine the browsers that watch it take minutes.
              .set("duration", 900)
              .set("pause.min", 50)
              .set("pause.max", 150)
              .set("tollgate.monitor", 0);
      if (report != null) {
        load.set("tollgate.report", report);
      }
      try (JMeterRun run = load.start()) {
        run.awaitStart();
        server.await("the load to run", LIMIT, counts -> counts.apiOk() >= 200);
        server.revoke();
        server.await("a second token", LIMIT, counts -> counts.minted() >= 2);
        long sofar = server.counts().apiOk();
        server.await("the load to recover", LIMIT, counts -> counts.apiOk() >= sofar + 200);
        watcher.watch(run);
        run.shutdown();
        return run.finish(LIMIT);
      }
    }
  }

  /** Of all points on average, 0 to 255. */
  private static double brightness(Path picture) throws IOException {
    var image = ImageIO.read(picture.toFile());
    long sum = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int rgb = image.getRGB(x, y);
        sum += (rgb & 255) + (rgb >> 8 & 255) + (rgb >> 16 & 255);
      }
    }
    return sum / 3.0 / image.getWidth() / image.getHeight();
  }
}
