package io.tollgate.bench.peers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A token endpoint, its client, and the token request of all peers that have no HTTP client of
 * their own, so that they differ in the token handling only.
 *
 * @param url of the endpoint
 * @param clientId of the client
 * @param clientSecret its secret
 */
public record TokenEndpoint(URI url, String clientId, String clientSecret) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Timeout, longer than every latency of a run. */
  private static final int LIMIT_MILLIS = 30_000;

  /**
   * Requests a token once.
   *
   * @return the new token
   * @throws UncheckedIOException if there is no answer or the status is not 200; names the status
   */
  public FetchedToken fetch() {
    try {
      long sent = System.nanoTime();
      JsonNode answer = JSON.readTree(post("grant_type=client_credentials"));
      return FetchedToken.of(
          answer.path("access_token").asText(), answer.path("expires_in").asLong(), sent);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] post(String form) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
    connection.setConnectTimeout(LIMIT_MILLIS);
    connection.setReadTimeout(LIMIT_MILLIS);
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
    connection.setRequestProperty("Authorization", "Basic " + login());
    try (OutputStream body = connection.getOutputStream()) {
      body.write(form.getBytes(StandardCharsets.UTF_8));
    }
    int status = connection.getResponseCode();
    if (status != HttpURLConnection.HTTP_OK) {
      if (connection.getErrorStream() != null) {
        connection.getErrorStream().readAllBytes(); // or the connection is not used again
      }
      throw new IOException("the token endpoint answered " + status);
    }
    return connection.getInputStream().readAllBytes();
  }

  private String login() {
    return Base64.getEncoder()
        .encodeToString((clientId + ":" + clientSecret).getBytes(StandardCharsets.UTF_8));
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "client " + clientId + " at " + url;
  }
}
