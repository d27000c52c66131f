package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The command that a file of {@code deploy} starts {@code serve} with, and the settings of both
 * sides: an injector gets a token by them. Only addresses and secrets are others.
 */
class DeployedFilesTest {
  private static final Pattern COMMAND = Pattern.compile("(?s)\\bserve,? +api\\b.*?--plain-http");
  private static final String SECRET = "of the injectors";

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"compose/compose.yml", "kubernetes/serve.yaml"})
  void anInjectorGetsATokenByServe(String file) throws IOException {
    try (AuthServer server = AuthServer.start("deployed", "--lifetime", "10m")) {
      Path settings =
          copy(
              "serve.properties",
              Map.of(
                  "https://login.example.com/oauth/token", server.tokenUrl().toString(),
                  "env:API_CLIENT_ID", AuthServer.CLIENT_ID,
                  "env:API_CLIENT_SECRET", AuthServer.CLIENT_SECRET));
      assertIsReached(file);
      try (ServerProcess serve = ServerProcess.start(serve(file, settings), temp, log())) {
        Path injector =
            copy(
                "injector.properties",
                Map.of("http://serve:8090", serve.greeting("url"), "env:INJECTORS_SECRET", SECRET));
        Program check = Program.run("check", "api", "-p", injector.toString());
        assertEquals(0, check.exitCode(), check::toString);
        assertTrue(check.out().contains("Bearer from " + serve.greeting("url")), check::out);
        assertEquals(1, server.counts().tokenRequests(), "token requests");
        Program other =
            Program.run(
                "check",
                "api",
                "-p",
                injector.toString(),
                "-Jtollgate.profile.api.client_secret=another");
        assertEquals(1, other.exitCode(), () -> "anybody gets a token: " + other);
      }
    }
  }

  /** What no process here shows: names, ports, paths and variables fit to each other. */
  private static void assertIsReached(String file) throws IOException {
    String text = read(file);
    assertTrue(text.contains("0.0.0.0:8090"), "where serve listens");
    assertTrue(read("injector.properties").contains("=http://serve:8090/token\n"), "where it is");
    if (file.startsWith("compose")) {
      String serve = service(text, "serve");
      assertMounts(serve, "../serve.properties", "/etc/tollgate/serve.properties");
      assertVariables("serve.properties", serve);
      assertVariables(serve, serve);
      String injector = service(text, "injector");
      assertTrue(injector.contains(" -q /etc/tollgate/injector.properties "), injector);
      assertMounts(injector, "../injector.properties", "/etc/tollgate/injector.properties");
      assertVariables("injector.properties", injector);
      return;
    }
    assertTrue(text.contains("name: serve}\nspec:\n  selector: {app: tollgate-serve}"), text);
    assertTrue(text.contains("port: 8090, targetPort: http}"), text);
    assertTrue(text.contains("{name: http, containerPort: 8090}"), text);
    assertTrue(text.contains("{name: settings, mountPath: /etc/tollgate, "), text);
    assertTrue(text.contains("{name: injectors, mountPath: /etc/tollgate-secrets, "), text);
    assertTrue(text.contains("items: [{key: secret, path: injectors}]"), text);
    assertVariables("serve.properties", text);
    String injectors = read("kubernetes/injectors.yaml");
    assertTrue(injectors.contains("-q, /etc/tollgate/injector.properties,"), injectors);
    assertTrue(injectors.contains("{name: settings, mountPath: /etc/tollgate, "), injectors);
    assertVariables("injector.properties", injectors);
  }

  /** Each variable that settings or a command name is set in the container. */
  private static void assertVariables(String settings, String container) throws IOException {
    String text = settings.endsWith(".properties") ? read(settings) : settings;
    Matcher named = Pattern.compile("\\benv:(\\w+)").matcher(text);
    int variables = 0;
    for (; named.find(); variables++) {
      String name = named.group(1);
      boolean isSet =
          container.contains("\n      " + name + ": ${" + name + ":?}\n")
              || container.contains("{name: " + name + ", valueFrom: ");
      assertTrue(isSet, () -> name + " is not set in " + container);
    }
    assertTrue(variables > 0, text);
  }

  private static void assertMounts(String container, String file, String path) {
    assertTrue(container.contains("\n      - " + file + ":" + path + ":ro\n"), container);
  }

  /** A service of a compose file: to the next one, or to its end. */
  private static String service(String text, String name) {
    String begin = "\n  " + name + ":\n";
    int at = text.indexOf(begin);
    assertTrue(at > 0, () -> name + " is not in " + text);
    Matcher next = Pattern.compile("\n  \\w+:\n").matcher(text);
    return text.substring(
        at, next.find(at + begin.length() - 1) ? next.start() + 1 : text.length());
  }

  private static String read(String file) throws IOException {
    return Files.readString(Layout.deploy().resolve(file));
  }

  /** Redis as the file starts it, where the injectors look for it. */
  @Test
  void injectorsShareByTheRedisOfTheFile() throws IOException {
    String text = read("compose/store.yml");
    String container = service(text, "injector");
    assertTrue(container.contains(" -q /etc/tollgate/store.properties "), container);
    assertMounts(container, "../store.properties", "/etc/tollgate/store.properties");
    assertVariables("store.properties", container);
    Matcher command = Pattern.compile("(?s)\\bredis-server (.*)").matcher(service(text, "store"));
    assertTrue(command.find(), text);
    String[] options =
        Stream.of(command.group(1).trim().split("\\s+"))
            .map(word -> word.replace("${STORE_PASSWORD:?}", SECRET.replace(' ', '-')))
            .map(word -> word.equals("\"\"") ? "" : word)
            .toArray(String[]::new);
    try (AuthServer server = AuthServer.start("deployed-store", "--lifetime", "10m");
        RedisServer store = RedisServer.start(temp, options)) {
      Path injector =
          copy(
              "store.properties",
              Map.of(
                  "https://login.example.com/oauth/token", server.tokenUrl().toString(),
                  "env:API_CLIENT_ID", AuthServer.CLIENT_ID,
                  "env:API_CLIENT_SECRET", AuthServer.CLIENT_SECRET,
                  "redis://store:6379/0", store.url(),
                  "env:STORE_PASSWORD", SECRET.replace(' ', '-')));
      Program check = Program.run("check", "api", "-p", injector.toString());
      assertEquals(0, check.exitCode(), check::toString);
      assertTrue(check.out().contains("ok      store"), check::out);
    }
  }

  private List<String> serve(String file, Path settings) throws IOException {
    Matcher found = COMMAND.matcher(read(file));
    assertTrue(found.find(), file);
    Path secret = Files.writeString(temp.resolve("secret"), SECRET);
    List<String> arguments = new ArrayList<>();
    for (String word : found.group().split("[\\s,\"]+")) {
      arguments.add(
          word.startsWith("injectors=")
              ? "injectors=file:" + secret
              : word.replace("/etc/tollgate/serve.properties", settings.toString())
                  .replace("0.0.0.0:8090", "127.0.0.1:0"));
    }
    arguments.add("--exit-with-stdin");
    return Program.command(List.of(), arguments.toArray(new String[0]));
  }

  private Path copy(String file, Map<String, String> replaced) throws IOException {
    String text = read(file);
    for (Map.Entry<String, String> each : replaced.entrySet()) {
      assertTrue(text.contains(each.getKey()), () -> each.getKey() + " is not in " + file);
      text = text.replace(each.getKey(), each.getValue());
    }
    return Files.writeString(temp.resolve(file), text);
  }

  private static Path log() {
    return Layout.build().resolve("system").resolve("deployed-serve.log");
  }
}
