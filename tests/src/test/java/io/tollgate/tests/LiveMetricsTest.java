package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * One run, seen by Prometheus, InfluxDB and Graphite: all three count what the server counts, and
 * each query of the dashboard finds series.
 */
class LiveMetricsTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Pattern METRICS = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/metrics");
  private static final int THREADS = 10;

  @Test
  void whatTheServerCountsIsInEachOfThem() throws IOException, InterruptedException {
    Path directory = Layout.build().resolve("system").resolve("metrics");
    try (AuthServer server =
            AuthServer.start(
                "metrics",
                "--lifetime",
                "10m",
                "--rate-limit",
                "1/10m",
                "--retry-after",
                "absent");
        FigureReceiver receiver = FigureReceiver.start();
        JMeterRun run =
            JMeterRun.of("metrics", "metrics.jmx")
                .against(server)
                .set("threads", THREADS)
                .set("pause.min", 10)
                .set("tollgate.metrics", "127.0.0.1:0")
                .set("influx.url", receiver.influxUrl())
                .set("graphite.port", receiver.graphitePort())
                .set("backend_influxdb.send_interval", 1)
                // JMeter drops what is not taken in that time, by default within a second.
                .set("backend_influxdb.connection_timeout", LIMIT.toMillis())
                .set("backend_influxdb.socket_timeout", LIMIT.toMillis())
                .set("backend_influxdb.connection_request_timeout", LIMIT.toMillis())
                .start()) {
      run.awaitStart();
      server.await("the load to run", LIMIT, counts -> counts.apiOk() >= 10 * THREADS);
      URI metrics = metrics(run);
      try (Prometheus prometheus = Prometheus.start(directory.resolve("prometheus"), metrics)) {
        trouble(server);
        everyPanelHasSeries(prometheus);
        Function<String, Double> sum = prometheus::sum;
        await(server, Counts::minted, sum, "sum(tollgate_mints_total)");
        await(server, Counts::tokenRequests, sum, "sum(tollgate_token_requests_total)");
        await(server, Counts::unauthorized, sum, "sum(tollgate_rejections_total)");
        await(server, Counts::tokenRequests, sum, "tollgate_token_request_duration_seconds_count");
      }
      String page = get(metrics);
      assertEquals("", Prometheus.lint(page), page);
      assertFalse(page.contains(AuthServer.CLIENT_SECRET), "a secret");
      run.shutdown();
      assertEquals(0, run.finish(LIMIT).exitCode(), "exit code");
      Counts counts = server.counts();
      assertTrue(counts.throttled() > 0 && counts.unauthorized() > 0, counts::toString);
      // What JMeter sent last may not have been taken yet as it ends.
      String tags = "tollgate,application=the\\ shop\\,\\ live,injector=one\\ two,profile=demo";
      Function<String, Double> mints = of -> sum(receiver.influxLines(), of, " mints=");
      await(server, Counts::minted, mints, tags + ",reason=");
      Function<String, Double> requests = of -> sum(receiver.influxLines(), of, " token_requests=");
      await(server, Counts::tokenRequests, requests, tags + ",outcome=");
      await(server, Counts::throttled, requests, tags + ",outcome=throttled");
      Function<String, Double> refused = of -> sum(receiver.influxLines(), of, " rejections=");
      await(server, Counts::unauthorized, refused, tags + ",token=");
      String all = "jmeter,application=the\\ shop\\,\\ live,transaction=all,";
      Await.until(
          "JMeter's own figures", LIMIT, () -> sum(receiver.influxLines(), all, " count=") > 0);
      String of = "jmeter.tollgate.demo.";
      Function<String, Double> graphite = name -> sum(receiver.graphiteLines(), name, " ");
      await(server, Counts::minted, graphite, of + "mints.");
      await(server, Counts::tokenRequests, graphite, of + "token_requests.");
      await(server, Counts::unauthorized, graphite, of + "rejections.");
      await(server, Counts::tokenRequests, graphite, of + "token_request_duration_seconds_count");
      Await.until("JMeter's own figures", LIMIT, () -> graphite.apply("jmeter.all.a.count") > 0);
      assertEquals(List.of(), run.log().lines().filter(it -> it.contains("figures")).toList());
    }
  }

  private static URI metrics(JMeterRun run) {
    Matcher at = METRICS.matcher(run.log());
    assertTrue(at.find(), run::log);
    return URI.create(at.group());
  }

  /**
   * Something of all that there are figures for: the API's limit, a 401, a throttle, a new token.
   */
  private static void trouble(AuthServer server) {
    server.set(Map.of("api_rate_limit", "1/1s"));
    server.await("the API to throttle", LIMIT, counts -> counts.apiThrottled() > 0);
    server.set(Map.of("api_rate_limit", "none"));
    server.revoke();
    server.await("a throttle", LIMIT, counts -> counts.throttled() > 0);
    server.set(Map.of("rate_limit", "none"));
    server.await("a second token", LIMIT, counts -> counts.minted() == 2);
  }

  private static void everyPanelHasSeries(Prometheus prometheus) throws IOException {
    JsonNode dashboard =
        new ObjectMapper()
            .readTree(Layout.deploy().resolve("grafana/tollgate-dashboard.json").toFile());
    List<String> queries = new ArrayList<>();
    for (JsonNode panel : dashboard.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        queries.add(
            target
                .path("expr")
                .asText()
                .replace("$__rate_interval", "1m")
                .replaceAll("\\$(injector|profile)", ".*"));
      }
    }
    assertTrue(queries.size() > 10, queries::toString);
    for (String query : queries) {
      assertFalse(query.contains("$"), query);
      if (query.contains("tollgate_store_")) {
        assertEquals(0, prometheus.query(query).size(), "series of a store that there is not");
        continue;
      }
      Await.until("series of " + query, LIMIT, () -> prometheus.query(query).size() > 0);
    }
  }

  /** Blocks until that has what the server counts, which a slow thread may still raise. */
  private static void await(
      AuthServer server, ToLongFunction<Counts> count, Function<String, Double> sum, String of) {
    Await.until(
        of + " to be what the server counts",
        LIMIT,
        () -> sum.apply(of) == count.applyAsLong(server.counts()));
  }

  /** Of all lines that begin like that the sum of what follows {@code before}. */
  private static double sum(List<String> lines, String begin, String before) {
    double sum = 0;
    for (String line : lines) {
      if (line.startsWith(begin)) {
        Matcher value = Pattern.compile(Pattern.quote(before) + "([0-9.E-]+)").matcher(line);
        assertTrue(value.find(), line);
        sum += Double.parseDouble(value.group(1));
      }
    }
    return sum;
  }

  private static String get(URI url) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
