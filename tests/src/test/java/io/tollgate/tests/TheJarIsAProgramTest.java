package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/command-line.md, run as a user runs them; servers count what they do. */
class TheJarIsAProgramTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String WRONG_SECRET = "wr0ng-secret-of-this-test";

  @TempDir Path temp;

  private Path properties(URI tokenUrl, String secret, String... more) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("tollgate.profile.demo.token_url=" + tokenUrl);
    lines.add("tollgate.profile.demo.client_id=" + AuthServer.CLIENT_ID);
    lines.add("tollgate.profile.demo.client_secret=" + secret);
    lines.addAll(List.of(more));
    return Files.write(temp.resolve("user.properties"), lines);
  }

  private static Program check(Path properties, String... more) {
    List<String> arguments = new ArrayList<>(List.of("check", "demo", "-p", properties.toString()));
    arguments.addAll(List.of(more));
    return Program.run(arguments.toArray(String[]::new));
  }

  private static void assertNoSecrets(Program program) {
    String all = program.out() + program.err();
    assertFalse(all.contains(AuthServer.CLIENT_SECRET), () -> "the secret is in: " + all);
    assertFalse(all.contains(WRONG_SECRET), () -> "the secret is in: " + all);
  }

  @Test
  void withoutArgumentsItSaysWhatItCanDo() {
    for (Program help : List.of(Program.run(), Program.run("check", "--help"))) {
      assertEquals(0, help.exitCode(), help.toString());
      assertTrue(
          Stream.of("adopt", "check", "explain", "fleet ", "serve ", "server")
              .allMatch(help.out()::contains),
          help.out());
    }
    Program wrong = Program.run("frobnicate");
    assertEquals(2, wrong.exitCode(), wrong.toString());
    assertTrue(wrong.err().contains("frobnicate") && wrong.out().isEmpty(), wrong.toString());
    assertEquals(2, Program.run("check").exitCode(), "no profile");
    assertEquals(2, Program.run("check", "demo", "-p", "no-such-file").exitCode(), "no file");
  }

  @Test
  void checkAsksOnceAndSaysWhatCameBack() throws IOException {
    try (AuthServer server =
        AuthServer.start("program-check", "--lifetime", "10m", "--scope-granted", "calls")) {
      Path file = properties(server.tokenUrl(), "none yet");
      Program checked =
          check(
              file,
              "-Jtollgate.profile.demo.client_secret=" + AuthServer.CLIENT_SECRET,
              "-Jtollgate.profile.demo.scope=calls",
              "--plan-minutes",
              "60");
      assertEquals(0, checked.exitCode(), checked.toString());
      assertEquals(1, server.counts().tokenRequests(), "token requests");
      assertEquals(1, server.counts().minted(), "-J wins over the file");
      for (String told :
          List.of(
              "Bearer from " + server.tokenUrl(),
              "lives 10 min: 7 refreshes in a test of 60 min",
              "granted as asked: calls",
              "the server's clock agrees with ours",
              "no TLS",
              "no proxy")) {
        assertTrue(checked.out().contains(told), () -> "'" + told + "' is not in " + checked);
      }
      assertFalse(checked.out().contains("PROBLEM"), checked.out());
      assertNoSecrets(checked);
      JsonNode token = server.requests().get(0);
      assertTrue(token.isObject(), "the server keeps a log");
    }
  }

  @Test
  void aPlanIsCheckedWithoutARequest() throws IOException {
    Path plan = Layout.example("elements");
    Program without = Program.run("check", "--plan", plan.toString());
    assertEquals(1, without.exitCode(), without.toString());
    assertTrue(without.out().contains("Users > Tollgate Authorization'"), without.out());
    try (AuthServer server = AuthServer.start("program-check-plan")) {
      Path file = properties(server.tokenUrl(), AuthServer.CLIENT_SECRET);
      Program with = Program.run("check", "--plan", plan.toString(), "-p", file.toString());
      assertEquals(0, with.exitCode(), with.toString());
      assertEquals(0, server.counts().tokenRequests(), "token requests");
      assertNoSecrets(with);
    }
  }

  @Test
  void aDryRunCountsAtTheServerInTheJar() {
    Program run =
        Program.run("dry-run", "--threads", "5", "--seconds", "1", "--", "--lifetime", "5m");
    assertEquals(0, run.exitCode(), run.toString());
    assertTrue(run.out().contains("5 threads for 1 s"), run.out());
    assertTrue(run.out().matches("(?s).*tokens minted +1\\n.*"), run.out());
  }

  @Test
  void aScopeThatIsMissingIsAProblem() throws IOException {
    try (AuthServer server = AuthServer.start("program-scope", "--scope-granted", "calls")) {
      Path file =
          properties(
              server.tokenUrl(),
              AuthServer.CLIENT_SECRET,
              "tollgate.profile.demo.scope=calls admin");
      Program checked = check(file, "--json");
      assertEquals(1, checked.exitCode(), checked.toString());
      JsonNode told = JSON.readTree(checked.out());
      assertEquals("admin", told.path("facts").path("scope_missing").asText());
      assertEquals(20_000, told.path("facts").path("lifetime_ms").asLong());
      assertFalse(told.path("fine").asBoolean(true));
      assertNoSecrets(checked);
    }
  }

  @Test
  void aRefusedSecretIsToldInTheServersWords() throws IOException {
    try (AuthServer server = AuthServer.start("program-refused")) {
      Program checked = check(properties(server.tokenUrl(), WRONG_SECRET));
      assertEquals(1, checked.exitCode(), checked.toString());
      for (String told :
          List.of("PROBLEM", "CREDENTIAL_REJECTED", "invalid_client", "Check client_id")) {
        assertTrue(checked.out().contains(told), () -> "'" + told + "' is not in " + checked);
      }
      assertNoSecrets(checked);
      assertEquals(1, server.counts().tokenRequests(), "token requests");
    }
  }

  @Test
  void aWaitIsToldAndNotWaitedFor() throws IOException {
    try (AuthServer server = AuthServer.start("program-wait", "--rate-limit", "0/60s")) {
      long start = System.nanoTime();
      Program checked = check(properties(server.tokenUrl(), AuthServer.CLIENT_SECRET), "--json");
      assertEquals(1, checked.exitCode(), checked.toString());
      JsonNode facts = JSON.readTree(checked.out()).path("facts");
      assertEquals("THROTTLED_UNTIL", facts.path("code").asText(), checked.out());
      assertTrue(facts.path("wait_ms").asLong() > 30_000, checked.out());
      assertEquals(1, server.counts().tokenRequests(), "token requests");
      assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30), "it waited");
    }
  }

  @Test
  void anEndpointThatIsNotThereIsToldAtOnce() throws IOException {
    URI url = URI.create("http://127.0.0.1:1/oauth/token"); // no program listens there by chance
    // A test would try again for five minutes, which is longer than this program may take.
    String patient = "tollgate.profile.demo.token_timeout=5m";
    Program checked = check(properties(url, WRONG_SECRET, patient));
    assertEquals(1, checked.exitCode(), checked.toString());
    assertTrue(checked.out().contains("UNREACHABLE"), checked.out());
    assertTrue(checked.out().contains("Check that this machine reaches it"), checked.out());
    assertNoSecrets(checked);
  }

  @Test
  void aProfileThatIsNotThereIsToldWithThoseThatAre() throws IOException {
    Path file = properties(URI.create("http://127.0.0.1:1/x"), WRONG_SECRET);
    Program checked = Program.run("check", "other", "-p", file.toString());
    assertEquals(1, checked.exitCode(), checked.toString());
    assertTrue(checked.out().contains("there are: demo"), checked.out());
  }

  @Test
  void theServerAnswersAndDoesNotOutliveTheJvm() throws Exception {
    Process jvm =
        new ProcessBuilder(
                Program.command(
                    List.of("-Dtollgate.native.tmpdir=" + temp),
                    "server",
                    "--listen",
                    "127.0.0.1:0",
                    "--client",
                    "ann:" + WRONG_SECRET))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
      URI url = URI.create(JSON.readTree(lines.readLine()).path("token_url").asText());
      assertEquals(
          0,
          Program.run(
                  "check",
                  "demo",
                  "-Jtollgate.profile.demo.token_url=" + url,
                  "-Jtollgate.profile.demo.client_id=ann",
                  "-Jtollgate.profile.demo.client_secret=" + WRONG_SECRET)
              .exitCode(),
          "its flags are heard");
      // The server says where it listens by itself, also while the JVM has yet to clear up.
      Await.until("what was unpacked is gone while it runs", LIMIT, () -> isEmpty(temp));
      // Killed, not asked: no hook of the JVM runs.
      jvm.destroyForcibly().waitFor();
      Await.until("the server to end", LIMIT, () -> !listens(url.getPort()));
    } finally {
      jvm.destroyForcibly();
    }
  }

  @Test
  void theServersOwnHelpAndMistakesComeThrough() {
    Program help = Program.run("server", "--help");
    assertEquals(0, help.exitCode(), help.toString());
    assertTrue(help.out().contains("--revoke-previous"), help.out());
    Program wrong = Program.run("server", "--no-such-flag");
    assertEquals(2, wrong.exitCode(), wrong.toString());
    assertTrue(wrong.err().contains("--no-such-flag"), wrong.err());
  }

  @Test
  void aPlatformThatTheJarDoesNotKnowIsToldWhatToDo() {
    List<String> elsewhere = List.of("-Dos.arch=sparc");
    Program server = Program.run(elsewhere, "server");
    assertEquals(3, server.exitCode(), server.toString());
    assertTrue(server.err().contains("cargo build --release -p tollgate-authserver"), server.err());
    Program checked =
        Program.run(
            elsewhere,
            "check",
            "demo",
            "-Jtollgate.profile.demo.token_url=https://example.invalid/");
    assertEquals(3, checked.exitCode(), checked.toString());
    assertTrue(checked.out().contains("NATIVE_UNAVAILABLE"), checked.out());
    assertEquals(
        0,
        Program.run(elsewhere, "explain", Layout.jtl("stampede-tollgate").toString()).exitCode());
  }

  /** Each command line that the page shows is of a form that a test above runs. */
  @Test
  void thePageShowsNothingThatIsNotRun() throws IOException {
    String page = Files.readString(Layout.doc("command-line.md"));
    Matcher shown =
        Pattern.compile("(?m)^java -jar jmeter-tollgate-\\S+\\.jar ?(.*)$").matcher(page);
    List<String> commands = new ArrayList<>();
    while (shown.find()) {
      commands.add(shown.group(1).trim());
    }
    assertEquals(
        List.of(
            "",
            "adopt plan.jmx -o new.jmx",
            "adopt plan.jmx",
            "login app -p user.properties",
            "check --plan plan.jmx -p user.properties",
            "check genesys -p user.properties --plan-minutes 60",
            "check genesys -p user.properties -Jtollgate.profile.genesys.scope=calls --json",
            "fleet genesys -p user.properties",
            "dry-run --threads 50 --seconds 30 -- --lifetime 5s --rate-limit 10/1m"
                + " --revoke-previous",
            "explain results.jtl --html results.html",
            "explain results.jtl --svg results.svg --token-label '^01 login$'",
            "explain injectors/ --html run.html",
            "serve genesys -p user.properties",
            "server --listen 127.0.0.1:8080 --lifetime 20s --rate-limit 10/60s"),
        commands);
    Path plan = Layout.plan("adopt/recipes.jmx");
    for (String command : starting(commands, "adopt ")) {
      String[] arguments =
          command
              .replace("plan.jmx", plan.toString())
              .replace("new.jmx", temp.resolve("new.jmx").toString())
              .split(" ");
      Program ran = Program.run(arguments);
      assertEquals(0, ran.exitCode(), () -> command + ": " + ran);
    }
    try (AuthServer server = AuthServer.start("program-page", "--client", "id:secret")) {
      Path file =
          Files.writeString(
              temp.resolve("user.properties"),
              "tollgate.profile.genesys.token_url="
                  + server.tokenUrl()
                  + "\ntollgate.profile.genesys.client_id=id\n"
                  + "tollgate.profile.genesys.client_secret=secret\n");
      for (String command : starting(commands, "check genesys ")) {
        String[] arguments = command.split(" ");
        arguments[3] = file.toString();
        Program ran = Program.run(arguments);
        assertEquals(0, ran.exitCode(), () -> command + ": " + ran);
      }
    }
    for (String command : starting(commands, "explain results")) {
      String[] arguments = command.replace("'", "").replace("01 login", "01_login").split(" ");
      arguments[1] = Layout.jtl("minute-mark").toString();
      arguments[3] = temp.resolve(arguments[3]).toString();
      Program ran = Program.run(arguments);
      assertTrue(ran.exitCode() <= 1 && ran.err().isEmpty(), () -> command + ": " + ran);
    }
  }

  private static List<String> starting(List<String> commands, String with) {
    return commands.stream().filter(command -> command.startsWith(with)).toList();
  }

  private static boolean isEmpty(Path directory) {
    try (Stream<Path> left = Files.list(directory)) {
      return left.findAny().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
