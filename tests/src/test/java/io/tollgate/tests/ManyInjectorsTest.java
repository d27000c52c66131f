package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/fleet.md offers to many injectors; the token server counts. */
class ManyInjectorsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PASSWORD = "of the key store";
  private static final String SECRET = "of the injectors";
  private static final int CLIENTS = 8;
  private static final int ASKS = 5;

  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final String TOKEN_REQUEST = "Tollgate token request";

  @TempDir Path temp;

  private HttpClient http;

  /**
   * One controller and three engines, whose secrets are nowhere but in their own processes. The
   * token requests of all are in the controller's results, and {@code explain} counts them.
   */
  @Test
  void enginesOfAControllerResolveSecretsAndSendTheirTokenRequestsHome() {
    int threads = 5;
    int loops = 5;
    try (AuthServer server =
        AuthServer.start("injectors", "--lifetime", "10m", "--client", "element:" + SECRET)) {
      Map<String, Object> properties = new HashMap<>();
      properties.put("threads", threads);
      properties.put("loops", loops);
      properties.put("token.url", server.tokenUrl());
      properties.put("api.port", server.apiUrl().getPort());
      properties.put("api.path", server.apiUrl().getPath());
      properties.put("tollgate.samples", "main");
      String profile = "tollgate.profile.by-properties.";
      properties.put(profile + "token_url", server.tokenUrl());
      properties.put(profile + "client_id", AuthServer.CLIENT_ID);
      properties.put(profile + "client_secret", "env:PROPERTY_SECRET");
      Map<String, String> secrets =
          Map.of("ELEMENT_SECRET", SECRET, "PROPERTY_SECRET", AuthServer.CLIENT_SECRET);
      try (RemoteEngine one = RemoteEngine.start("injector-1", properties, secrets);
          RemoteEngine two = RemoteEngine.start("injector-2", properties, secrets);
          RemoteEngine three = RemoteEngine.start("injector-3", properties, secrets)) {
        RemoteEngine[] engines = {one, two, three};
        FinishedRun run = JMeterRun.of("injectors", "injectors.jmx").on(engines).run(LIMIT);
        assertEquals(0, run.exitCode(), () -> "exit code; console: " + run.console());
        Map<Boolean, List<Sample>> samples =
            run.results().samples().stream()
                .collect(Collectors.partitioningBy(each -> each.label().equals(TOKEN_REQUEST)));
        assertEquals(3 * 2 * threads * loops, samples.get(false).size(), "samples of the plan");
        assertEquals(0, run.results().failed().size(), () -> run.results().failures().toString());
        assertEquals(3, server.counts().tokenRequests(), "one of each engine, by properties");
        assertEquals(3, server.counts().of("element").tokenRequests(), "and by the element");
        long late = 0;
        for (RemoteEngine engine : engines) {
          // It sends the results home before it has ended its own run.
          Await.until(
              "an injector to end its run",
              LIMIT,
              () ->
                  engine.log().contains("tollgate-report.html")
                      && minted(engine.file("journal.jsonl")) > 1);
          late += engine.log().lines().filter(line -> line.contains("too late for a")).count();
          assertEquals(2, minted(engine.file("journal.jsonl")), engine::log);
        }
        assertEquals(6, samples.get(true).size() + late, "token requests in the results");
        assertFalse((run.jtl() + run.log()).contains(SECRET), "a secret came home");
        Program explained =
            Program.run("explain", run.directory().resolve("results.jtl").toString());
        assertEquals(0, explained.exitCode(), explained::toString);
        assertTrue(
            explained.out().contains(6 - late + " '" + TOKEN_REQUEST + "'"), explained::toString);
      }
    }
  }

  private static long minted(String journal) {
    return journal.lines().filter(each -> each.contains("minted")).count();
  }

  /** {@code serve} by TLS, as the page starts it: programs of three kinds share its token. */
  @Test
  void theyShareTheTokenOfOneEndpoint() throws Exception {
    try (AuthServer server =
            AuthServer.start("serve-upstream", "--lifetime", "10m", "--revoke-previous");
        ServerProcess serve = serve(server, certificate())) {
      String url = serve.greeting("url") + "/api/";
      injectorFetchesAToken(url + "token");
      String first = tokenOfAll(url);
      assertEquals(1, server.counts().allTokenRequests(), "token requests");
      server.revoke();
      post(url + "revoke", "token=" + first);
      String second = tokenOfAll(url);
      assertNotEquals(first, second);
      assertEquals(2, server.counts().allTokenRequests(), "token requests");
      JsonNode api = JSON.readTree(get(serve.greeting("url") + "/health")).at("/profiles/api");
      assertEquals(1 + 2 * CLIENTS * ASKS, api.path("served").asInt(), api::toString);
      assertEquals(2, api.path("token_requests").asInt(), api::toString);
    }
  }

  /** The words of the page's one line that has this. */
  private static List<String> shown(String part) throws IOException {
    List<String> lines =
        Files.readString(Layout.doc("fleet.md"))
            .lines()
            .filter(line -> line.contains(part))
            .collect(Collectors.toList());
    assertEquals(1, lines.size(), lines::toString);
    return new ArrayList<>(List.of(lines.get(0).split(" ")));
  }

  /** The page's key store, but for its name, and its certificate for clients. */
  private Path certificate() throws IOException, InterruptedException {
    keytool(shown("keytool -genkeypair "));
    keytool(shown("keytool -exportcert "));
    return temp.resolve("serve.p12");
  }

  private void keytool(List<String> shown) throws IOException, InterruptedException {
    shown.set(0, Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    shown.replaceAll(word -> word.replace("san=dns:tokens.internal", "san=ip:127.0.0.1"));
    ProcessBuilder builder =
        new ProcessBuilder(shown)
            .directory(temp.toFile())
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve("keytool.log").toFile());
    builder.environment().put("KEYSTORE_PASSWORD", PASSWORD);
    Process process = builder.start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "keytool takes too long");
    assertEquals(0, process.exitValue(), () -> JMeterRun.read(temp.resolve("keytool.log")));
  }

  private ServerProcess serve(AuthServer server, Path store) throws IOException {
    Path properties =
        Files.write(
            temp.resolve("api.properties"),
            List.of(
                "tollgate.profile.api.token_url=" + server.tokenUrl(),
                "tollgate.profile.api.client_id=" + AuthServer.CLIENT_ID,
                "tollgate.profile.api.client_secret=" + AuthServer.CLIENT_SECRET));
    http = client(store);
    Path secret = Files.writeString(temp.resolve("secret"), SECRET + "\n");
    Path password = Files.writeString(temp.resolve("password"), PASSWORD + "\n");
    List<String> words = shown(".jar serve ");
    List<String> arguments = words.subList(words.indexOf("serve"), words.size());
    Map<String, String> others =
        Map.of(
            "api.properties",
            properties.toString(),
            "0.0.0.0:8443",
            "127.0.0.1:0",
            "injectors=env:INJECTORS_SECRET",
            "injectors=file:" + secret,
            "serve.p12",
            store.toString(),
            "env:KEYSTORE_PASSWORD",
            "file:" + password);
    assertTrue(arguments.containsAll(others.keySet()), arguments::toString);
    arguments.replaceAll(word -> others.getOrDefault(word, word));
    arguments.add("--exit-with-stdin");
    return ServerProcess.start(
        Program.command(List.of(), arguments.toArray(String[]::new)),
        temp,
        Layout.build().resolve("system").resolve("serve.log"));
  }

  /** A Tollgate of its own process whose token URL is the endpoint. */
  private void injectorFetchesAToken(String url) {
    Program injector =
        Program.run(
            "check",
            "api",
            "-Jtollgate.profile.api.token_url=" + url,
            "-Jtollgate.profile.api.client_id=injectors",
            "-Jtollgate.profile.api.client_secret=" + SECRET,
            "-Jtollgate.profile.api.ca_file=" + temp.resolve("serve.pem"));
    assertEquals(0, injector.exitCode(), injector::toString);
    assertTrue(injector.out().contains("Bearer from " + url), injector::out);
  }

  /** The token that clients get which keep none and ask all at once, again and again. */
  private String tokenOfAll(String url) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try {
      Callable<Set<String>> client =
          () -> {
            Set<String> tokens = new HashSet<>();
            for (int i = 0; i < ASKS; i++) {
              JsonNode answer = JSON.readTree(post(url + "token", "grant_type=client_credentials"));
              tokens.add(answer.path("access_token").asText());
              assertTrue(answer.path("expires_in").asLong() < 600, answer::toString);
            }
            return tokens;
          };
      Set<String> all = new HashSet<>();
      for (Future<Set<String>> each : threads.invokeAll(Collections.nCopies(CLIENTS, client))) {
        all.addAll(each.get());
      }
      assertEquals(1, all.size(), () -> "tokens: " + all);
      return all.iterator().next();
    } finally {
      threads.shutdownNow();
    }
  }

  private String post(String url, String form) throws IOException, InterruptedException {
    String pair = Base64.getEncoder().encodeToString(("injectors:" + SECRET).getBytes());
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(LIMIT)
            .header("Authorization", "Basic " + pair)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertEquals(200, answer.statusCode(), answer::body);
    return answer.body();
  }

  private String get(String url) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).GET().build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  /** Trusts the endpoint's certificate alone. */
  private static HttpClient client(Path file) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry("serve", store.getCertificate("serve"));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return HttpClient.newBuilder().sslContext(context).build();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void serveRefusesWhatWouldLeakATokenOrASecret() throws IOException {
    Path properties =
        Files.write(
            temp.resolve("api.properties"),
            List.of("tollgate.profile.api.token_url=http://127.0.0.1:1/token"));
    Path secret = Files.writeString(temp.resolve("secret"), SECRET);
    String client = "injectors=file:" + secret;
    String file = properties.toString();
    refused("say who may ask", "serve", "api", "-p", file, "--listen", "0.0.0.0:0");
    refused(
        "give --keystore", "serve", "api", "-p", file, "--listen", "0.0.0.0:0", "--client", client);
    refused("env:NAME or file:PATH", "serve", "api", "-p", file, "--client", "a=a-secret");
    refused("there is no profile 'other'", "serve", "other", "-p", file);
    refused("wants the name of a profile", "serve", "-p", file);
    Program unusable =
        Program.run("serve", "api", "-p", file, "-Jtollgate.profile.api.token_url=no-url");
    assertEquals(1, unusable.exitCode(), unusable::toString);
    assertTrue(unusable.err().contains("token_url"), unusable::err);
  }

  private static void refused(String why, String... arguments) {
    Program refused = Program.run(arguments);
    assertEquals(2, refused.exitCode(), refused::toString);
    assertTrue(refused.err().contains(why), refused::err);
  }
}
