package io.tollgate.tests.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tollgate.tests.Await;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Keycloak with a realm of its own and its data in a directory: a restart forgets nothing, and a
 * refresh token that comes twice is refused. It counts by the events that it logs.
 */
final class Keycloak implements ChaosServer {
  static final String REALM = "chaos";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ADMIN = "admin";
  private static final Duration START_LIMIT = Duration.ofMinutes(8);
  private static final Duration CALL_LIMIT = Duration.ofMinutes(2);

  /** Ends with its parent: a shell waits for the end of its input, and ends what it started. */
  private static final String ENDS_WITH_STDIN =
      "exec 3<&0; \"$@\" & server=$!; cat <&3 >/dev/null; kill $server; wait $server";

  private static final Pattern TOKEN_EVENT =
      Pattern.compile("type=\"(CLIENT_LOGIN|LOGIN|REFRESH_TOKEN)(_ERROR)?\"");
  private static final Pattern API_EVENT = Pattern.compile("type=\"USER_INFO_REQUEST(_ERROR)?\"");

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Path home;
  private final Path directory;
  private final ReservedPort port = new ReservedPort();
  private final Map<String, String> secrets;
  private Process process;

  /**
   * Prepares it.
   *
   * @param home where it is installed; not written to
   * @param directory for its data and its log
   * @param secrets of the clients at its first start
   */
  Keycloak(Path home, Path directory, Map<String, String> secrets) throws IOException {
    this.home = home;
    this.directory = Files.createDirectories(directory);
    this.secrets = secrets;
  }

  @Override
  public InetSocketAddress start() throws IOException {
    boolean first = !Files.exists(log());
    ProcessBuilder builder =
        new ProcessBuilder(
                "sh",
                "-c",
                ENDS_WITH_STDIN,
                "sh",
                home.resolve("bin/kc.sh").toString(),
                "start",
                "--optimized",
                "--cache=local",
                "--http-enabled=true",
                "--http-host=127.0.0.1",
                "--http-port=" + port.number(),
                "--hostname-strict=false",
                "--db-url=jdbc:h2:file:" + directory.resolve("h2") + ";NON_KEYWORDS=VALUE",
                "--spi-events-listener--jboss-logging--success-level=info")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    builder.environment().put("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN);
    builder.environment().put("KC_BOOTSTRAP_ADMIN_PASSWORD", ADMIN);
    builder.environment().put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx384m");
    process = builder.start();
    Await.until("Keycloak to answer; see " + log(), START_LIMIT, this::answers);
    if (first) {
      admin("POST", "/admin/realms", realm());
    }
    return port.address();
  }

  private boolean answers() {
    if (!process.isAlive()) {
      throw new IllegalStateException("Keycloak ended; see " + log());
    }
    try {
      HttpRequest request =
          HttpRequest.newBuilder(uri("/realms/master")).timeout(CALL_LIMIT).build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (ConnectException notYet) {
      return false;
    } catch (IOException e) {
      throw new IllegalStateException("Keycloak answered something else", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Keycloak was starting", e);
    }
  }

  private ObjectNode realm() {
    ObjectNode realm = JSON.createObjectNode();
    realm.put("realm", REALM).put("enabled", true).put("sslRequired", "none");
    realm.put("accessTokenLifespan", Pace.LIFETIME.toSeconds());
    realm.put("revokeRefreshToken", true).put("refreshTokenMaxReuse", 0);
    secrets.forEach(
        (id, secret) ->
            realm
                .withArray("clients")
                .addObject()
                .put("clientId", id)
                .put("secret", secret)
                .put("standardFlowEnabled", false)
                .put("serviceAccountsEnabled", true)
                .put("directAccessGrantsEnabled", true));
    ObjectNode user = realm.withArray("users").addObject();
    user.put("username", "ann").put("enabled", true).put("emailVerified", true);
    user.put("email", "ann@example.com").put("firstName", "Ann").put("lastName", "Example");
    user.withArray("credentials")
        .addObject()
        .put("type", "password")
        .put("value", "ann-password")
        .put("temporary", false);
    return realm;
  }

  @Override
  public void stop() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        throw new IllegalStateException("Keycloak did not end; see " + log());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Keycloak was ending", e);
    }
  }

  @Override
  public void rotate(String client, String secret) throws IOException {
    String clients = "/admin/realms/" + REALM + "/clients";
    ObjectNode found = (ObjectNode) admin("GET", clients + "?clientId=" + client, null).get(0);
    admin("PUT", clients + "/" + found.get("id").asText(), found.put("secret", secret));
  }

  private JsonNode admin(String method, String path, JsonNode body) throws IOException {
    String form =
        "grant_type=password&client_id=admin-cli&username=" + ADMIN + "&password=" + ADMIN;
    HttpRequest login =
        HttpRequest.newBuilder(uri("/realms/master/protocol/openid-connect/token"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .timeout(CALL_LIMIT)
            .POST(BodyPublishers.ofString(form))
            .build();
    String token = JSON.readTree(answer(login)).path("access_token").asText();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .timeout(CALL_LIMIT)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json");
    String sent = body == null ? "" : JSON.writeValueAsString(body);
    return JSON.readTree(answer(request.method(method, BodyPublishers.ofString(sent)).build()));
  }

  private String answer(HttpRequest request) throws IOException {
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw new IOException(request + " was answered " + answer.statusCode() + answer.body());
      }
      return answer.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while calling Keycloak", e);
    }
  }

  @Override
  public Counts counts() throws IOException {
    try (Stream<String> lines = Files.lines(log())) {
      List<String> events =
          lines.filter(line -> line.contains("realmName=\"" + REALM + "\"")).toList();
      List<String> ofTokens =
          events.stream().filter(line -> TOKEN_EVENT.matcher(line).find()).toList();
      return new Counts(
          ofTokens.size(),
          ofTokens.stream().filter(line -> !line.contains("_ERROR\"")).count(),
          events.stream().filter(line -> API_EVENT.matcher(line).find()).count(),
          events.stream().filter(line -> line.contains("token reuse exceeded")).count());
    }
  }

  @Override
  public String tokenPath() {
    return "/realms/" + REALM + "/protocol/openid-connect/token";
  }

  @Override
  public String apiPath() {
    return "/realms/" + REALM + "/protocol/openid-connect/userinfo";
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port.number() + path);
  }

  private Path log() {
    return directory.resolve("keycloak.log");
  }

  @Override
  public void close() throws IOException {
    if (process != null && process.isAlive()) {
      stop();
    }
    port.close();
  }
}
