package io.tollgate.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * A server in a process of its own, which says where it listens in its first line, as JSON, and
 * ends when its standard input closes: it cannot outlive the tests, however they end.
 */
final class ServerProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration CALL_LIMIT = Duration.ofSeconds(60);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CALL_LIMIT)
          .build();
  private final Process process;
  private final JsonNode greeting;

  private ServerProcess(Process process, JsonNode greeting) {
    this.process = process;
    this.greeting = greeting;
  }

  /** Starts the command; its standard error goes to {@code log}. */
  static ServerProcess start(List<String> command, Path directory, Path log) {
    Process process = null;
    try {
      Files.createDirectories(log.getParent());
      process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectError(log.toFile())
              .start();
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      String first =
          CompletableFuture.supplyAsync(
                  () -> readLine(lines), task -> new Thread(task, "first line").start())
              .get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      if (first == null) {
        throw new IOException("ended without a word; see " + log);
      }
      return new ServerProcess(process, JSON.readTree(first));
    } catch (IOException | InterruptedException | ExecutionException | TimeoutException e) {
      if (process != null) {
        process.destroyForcibly();
      }
      throw new IllegalStateException("could not start " + command, e);
    }
  }

  /** A field of the first line. */
  String greeting(String field) {
    return greeting.path(field).asText();
  }

  JsonNode get(String url) {
    return call(HttpRequest.newBuilder(URI.create(url)).timeout(CALL_LIMIT).GET().build());
  }

  JsonNode post(String url, Object body) {
    try {
      return call(
          HttpRequest.newBuilder(URI.create(url))
              .timeout(CALL_LIMIT)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
              .build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a form and answers the status. */
  int postForm(String url, Map<String, String> form) {
    String body =
        form.entrySet().stream()
            .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    return send(HttpRequest.newBuilder(URI.create(url))
            .timeout(CALL_LIMIT)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build())
        .statusCode();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private JsonNode call(HttpRequest request) {
    HttpResponse<String> answer = send(request);
    if (answer.statusCode() / 100 != 2) {
      throw new IllegalStateException(
          request.uri() + " answered " + answer.statusCode() + ": " + answer.body());
    }
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while calling " + request.uri(), e);
    }
  }

  private static String readLine(BufferedReader lines) {
    try {
      return lines.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
