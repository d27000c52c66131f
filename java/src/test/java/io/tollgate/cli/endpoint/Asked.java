package io.tollgate.cli.endpoint;

import io.tollgate.text.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** A request as curl would send it, and its answer. */
final class Asked {
  final int status;
  final Map<String, Object> body;
  private final HttpURLConnection connection;

  private Asked(int status, Map<String, Object> body, HttpURLConnection connection) {
    this.status = status;
    this.body = body;
    this.connection = connection;
  }

  static Asked get(String url) {
    return send(url, "GET", null, new LinkedHashMap<>());
  }

  /** Asks for a token without saying who asks. */
  static Asked token(String url) {
    return post(url, "grant_type=client_credentials");
  }

  /** Asks for a token, with {@code id:secret} in a Basic header. */
  static Asked token(String url, String pair) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(
        "Authorization",
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    return post(url, "grant_type=client_credentials", headers);
  }

  static Asked post(String url, String form) {
    return post(url, form, new LinkedHashMap<>());
  }

  static Asked post(String url, String form, Map<String, String> headers) {
    headers.putIfAbsent("Content-Type", "application/x-www-form-urlencoded");
    return send(url, "POST", form, headers);
  }

  private static Asked send(String url, String method, String form, Map<String, String> headers) {
    try {
      HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
      connection.setConnectTimeout(300_000);
      connection.setReadTimeout(300_000);
      connection.setRequestMethod(method);
      headers.forEach(connection::setRequestProperty);
      if (form != null) {
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
          out.write(form.getBytes(StandardCharsets.UTF_8));
        }
      }
      int status = connection.getResponseCode();
      try (InputStream in =
          status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
          bytes.write(b);
        }
        Object body = JsonReader.parse(bytes.toString("UTF-8"));
        return new Asked(status, JsonReader.object(body), connection);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String header(String name) {
    return connection.getHeaderField(name);
  }

  String text(String member) {
    return String.valueOf(body.get(member));
  }

  long number(String member) {
    return ((Double) body.get(member)).longValue();
  }

  long retryAfter() {
    return Long.parseLong(header("Retry-After"));
  }

  @Override
  public String toString() {
    return status + " " + body;
  }
}
