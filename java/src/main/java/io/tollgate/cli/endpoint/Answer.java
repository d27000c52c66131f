package io.tollgate.cli.endpoint;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.tollgate.text.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** A response in JSON. No cache may keep it (RFC 6749 section 5.1). */
final class Answer {
  /** No client and no proxy reads more of a description. */
  private static final int LONGEST_DESCRIPTION = 1000;

  private final int status;
  private final Map<String, ?> body;
  private final Map<String, String> headers = new LinkedHashMap<>();

  private Answer(int status, Map<String, ?> body) {
    this.status = status;
    this.body = body;
  }

  static Answer ok(Map<String, ?> body) {
    return new Answer(200, body);
  }

  /** An error of RFC 6749 section 5.2. */
  static Answer error(int status, String error, String description) {
    Map<String, String> body = new LinkedHashMap<>();
    body.put("error", error);
    body.put("error_description", described(description));
    return new Answer(status, body);
  }

  static Answer invalidRequest(String description) {
    return error(400, "invalid_request", description);
  }

  /** The characters that RFC 6749 section 5.2 allows in a description. */
  private static String described(String text) {
    String allowed = text.replace('"', '\'').replace('\\', '/').replaceAll("[^\\x20-\\x7E]+", "?");
    return allowed.length() > LONGEST_DESCRIPTION
        ? allowed.substring(0, LONGEST_DESCRIPTION)
        : allowed;
  }

  Answer with(String header, String value) {
    headers.put(header, value);
    return this;
  }

  void send(HttpExchange exchange) throws IOException {
    byte[] bytes = JsonWriter.write(body).getBytes(StandardCharsets.US_ASCII);
    Headers sent = exchange.getResponseHeaders();
    sent.set("Content-Type", "application/json");
    sent.set("Cache-Control", "no-store");
    sent.set("Pragma", "no-cache");
    headers.forEach(sent::set);
    boolean hasBody = !exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, hasBody ? bytes.length : -1);
    if (hasBody) {
      exchange.getResponseBody().write(bytes);
    }
  }
}
