package io.tollgate.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Prometheus that asks one target each second. */
final class Prometheus implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Pattern LISTENS =
      Pattern.compile("msg=\"Listening on\" address=(127\\.0\\.0\\.1:\\d+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final URI url;

  private Prometheus(Process process, URI url) {
    this.process = process;
    this.url = url;
  }

  /** Starts one that asks {@code target}, with its data and log in a directory. */
  static Prometheus start(Path directory, URI target) {
    try {
      Files.createDirectories(directory);
      Path config = directory.resolve("prometheus.yml");
      Files.writeString(
          config,
          """
          global: {scrape_interval: 1s, scrape_timeout: 1s}
          scrape_configs:
            - job_name: tollgate
              static_configs: [{targets: ["%s"]}]
          """
              .formatted(target.getAuthority()));
      Path log = directory.resolve("prometheus.log");
      Process process =
          new ProcessBuilder(
                  Layout.prometheus("prometheus").toString(),
                  "--config.file=" + config,
                  "--storage.tsdb.path=" + Files.createTempDirectory(directory, "data"),
                  "--web.listen-address=127.0.0.1:0")
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      Await.until(
          "Prometheus to listen; see " + log,
          START_LIMIT,
          () -> !process.isAlive() || LISTENS.matcher(JMeterRun.read(log)).find());
      Matcher listens = LISTENS.matcher(JMeterRun.read(log));
      if (!listens.find()) {
        throw new IllegalStateException("Prometheus ended: " + JMeterRun.read(log));
      }
      return new Prometheus(process, URI.create("http://" + listens.group(1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a query gives now: its series. */
  JsonNode query(String query) {
    String encoded = URLEncoder.encode(query, StandardCharsets.UTF_8);
    JsonNode answer = get("/api/v1/query?query=" + encoded);
    if (!"success".equals(answer.path("status").asText())) {
      throw new AssertionError(query + ": " + answer);
    }
    return answer.path("data").path("result");
  }

  /** The sum of what a query gives now, 0 if that is nothing. */
  double sum(String query) {
    double sum = 0;
    for (JsonNode series : query(query)) {
      sum += series.path("value").path(1).asDouble();
    }
    return sum;
  }

  private JsonNode get(String path) {
    try {
      HttpRequest request = HttpRequest.newBuilder(url.resolve(path)).build();
      return JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking Prometheus", e);
    }
  }

  /** What promtool says of a page of metrics: nothing if all is well. */
  static String lint(String page) {
    try {
      Process process =
          new ProcessBuilder(Layout.prometheus("promtool").toString(), "check", "metrics")
              .redirectErrorStream(true)
              .start();
      try (var in = process.getOutputStream()) {
        in.write(page.getBytes(StandardCharsets.UTF_8));
      }
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? said : said + "exit code " + process.exitValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while promtool was running", e);
    }
  }

  @Override
  public void close() {
    Await.killed(process);
  }
}
