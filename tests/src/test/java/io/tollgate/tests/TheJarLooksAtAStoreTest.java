package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fleet}, and {@code check} of a profile with a store, against a real one. */
class TheJarLooksAtAStoreTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final String PASSWORD = "passw0rd-of-the-store";
  private static final String NOBODY = "wr0ng-passw0rd";

  @TempDir Path temp;

  private static Program run(String command, Path properties, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command, "demo", "-p", properties.toString()));
    arguments.addAll(List.of(more));
    Program ran = Program.run(arguments.toArray(String[]::new));
    for (String secret : List.of(PASSWORD, NOBODY, AuthServer.CLIENT_SECRET)) {
      assertFalse((ran.out() + ran.err()).contains(secret), () -> "a secret is in " + ran);
    }
    return ran;
  }

  private Path properties(AuthServer server, String store) throws IOException {
    return Files.write(
        temp.resolve("user.properties"),
        List.of(
            "tollgate.profile.demo.token_url=" + server.tokenUrl(),
            "tollgate.profile.demo.client_id=" + AuthServer.CLIENT_ID,
            "tollgate.profile.demo.client_secret=" + AuthServer.CLIENT_SECRET,
            "tollgate.profile.demo.mint_budget=10/1h",
            "tollgate.profile.demo.store=" + store));
  }

  /** The page's lines that have this. */
  private static List<String> shown(String part) throws IOException {
    return Files.readString(Layout.doc("fleet.md"))
        .lines()
        .filter(line -> line.contains(part))
        .collect(Collectors.toList());
  }

  /** What the page tells to grant to a user, for the configuration of the server. */
  private static List<String> user(String name) throws IOException {
    String line = shown("ACL SETUSER " + name + " on ").get(0);
    String user = line.replace("ACL SETUSER", "--user").replace("PASSWORD", PASSWORD);
    return new ArrayList<>(List.of(user.split(" ")));
  }

  private static void assertSays(Program ran, int exitCode, String... texts) {
    assertEquals(exitCode, ran.exitCode(), ran::toString);
    for (String text : texts) {
      assertTrue(ran.out().contains(text), () -> "'" + text + "' is not in " + ran);
    }
  }

  @Test
  void fleetShowsWhatInjectorsShareAndAsksNoTokenServer() throws IOException {
    try (RedisServer store = RedisServer.start(temp);
        AuthServer server = AuthServer.start("fleet", "--lifetime", "10m")) {
      Path file = properties(server, store.url());
      assertSays(run("fleet", file), 0, "answers in", "note    records", "none of this client");
      assertEquals(0, server.counts().tokenRequests(), "token requests");
      // The end of a token request is told to the store after its token is served; a process may
      // end before.
      Await.until(
          "the token is in the store",
          LIMIT,
          () -> {
            assertSays(run("check", file), 0, "Bearer from", store.url() + " answers in");
            return run("fleet", file).out().contains("requested ");
          });
      long requests = server.counts().tokenRequests();
      Program shown = run("fleet", file);
      assertSays(
          shown,
          0,
          "profile 'demo'\n",
          "gate      open",
          "of 10 token requests in the last 60 min",
          "profile 'demo': ends in ",
          "generation ");
      JsonNode told = JSON.readTree(run("fleet", file, "--json").out());
      JsonNode client = told.path("facts").path("clients").path(0);
      assertEquals(AuthServer.CLIENT_ID, client.path("client").asText(), told::toString);
      assertEquals("valid", client.at("/credentials/0/token/state").asText(), told::toString);
      assertTrue(client.at("/credentials/0/token/ends_in_ms").asLong() > 0, told::toString);
      assertTrue(told.path("fine").asBoolean(), told::toString);
      assertEquals(requests, server.counts().tokenRequests(), "it asks no token server");
      assertSays(
          run("fleet", file, "-Jtollgate.profile.demo.client_secret=" + NOBODY),
          0,
          "client_secret",
          "that have records here: 1");
    }
  }

  @Test
  void aRefusedClientIsShownInTheServersWords() throws IOException {
    try (RedisServer store = RedisServer.start(temp);
        AuthServer server = AuthServer.start("fleet-refused")) {
      Path file = properties(server, store.url());
      String secret = "-Jtollgate.profile.demo.client_secret=" + NOBODY;
      // The end of a token request is told to the store after its outcome is; a process may end
      // before.
      Await.until(
          "the refusal is in the store",
          LIMIT,
          () -> {
            assertSays(run("check", file, secret), 1, "CREDENTIAL_REJECTED");
            return run("fleet", file, secret).out().contains("PROBLEM refused");
          });
      long requests = server.counts().tokenRequests();
      assertSays(
          run("fleet", file, secret),
          1,
          "refused client '" + AuthServer.CLIENT_ID + "'",
          "invalid_client",
          "Check client_id and client_secret",
          "redis-cli del 'tollgate:v1:{");
      assertEquals(requests, server.counts().tokenRequests(), "it asks no token server");
    }
  }

  @Test
  void checkSaysWhetherInjectorsCanShare() throws IOException {
    List<String> user = user("tollgate");
    try (AuthServer server = AuthServer.start("check-store", "--lifetime", "10m");
        RedisServer store = RedisServer.start(temp, user.toArray(String[]::new))) {
      Path file = properties(server, store.url());
      String[] login = {
        "-Jtollgate.profile.demo.store_user=tollgate",
        "-Jtollgate.profile.demo.store_password=" + PASSWORD
      };
      assertSays(run("check", file, login), 0, "ok      store");
      JsonNode facts = JSON.readTree(run("check", file, login[0], login[1], "--json").out());
      assertTrue(facts.at("/facts/store/missing_rights").isEmpty(), facts::toString);
      assertTrue(facts.at("/facts/store/took_micros").isNumber(), facts::toString);
      for (String command : List.of("check", "fleet")) {
        Program refused =
            run(command, file, login[0], "-Jtollgate.profile.demo.store_password=" + NOBODY);
        assertSays(
            refused, 1, "PROBLEM store", "refuses the login of user 'tollgate'", "store_password");
        // No program listens at port 1 by chance.
        Program down = run(command, file, "-Jtollgate.profile.demo.store=redis://127.0.0.1:1");
        assertSays(down, 1, "PROBLEM store", "can't be reached", "Check that it runs");
      }
    }
    user.remove("+hset");
    try (AuthServer server = AuthServer.start("check-store-rights", "--lifetime", "10m");
        RedisServer store = RedisServer.start(temp, user.toArray(String[]::new))) {
      assertSays(
          run(
              "check",
              properties(server, store.url()),
              "-Jtollgate.profile.demo.store_user=tollgate",
              "-Jtollgate.profile.demo.store_password=" + PASSWORD),
          1,
          "lacks +hset",
          "ACL SETUSER tollgate +hset");
    }
  }

  /** The page's commands, with the page's users. */
  @Test
  void thePageShowsWhatWorks() throws IOException {
    List<String> users = user("tollgate");
    users.addAll(user("tollgate-look"));
    users.addAll(List.of("--user", "default", "off"));
    try (AuthServer server = AuthServer.start("page-fleet", "--lifetime", "10m");
        RedisServer store = RedisServer.start(temp, users.toArray(String[]::new))) {
      List<String> lines =
          Files.readAllLines(properties(server, store.url())).stream()
              .map(line -> line.replace("profile.demo.", "profile.api."))
              .collect(Collectors.toCollection(ArrayList::new));
      lines.add("tollgate.profile.api.store_user=tollgate");
      lines.add("tollgate.profile.api.store_password=" + PASSWORD);
      Path file = Files.write(temp.resolve("api.properties"), lines);
      assertSays(Program.run("check", "api", "-p", file.toString()), 0, "ok      store");
      List<String> shown = shown(".jar fleet ");
      assertEquals(2, shown.size(), shown::toString);
      for (String line : shown) {
        String command = line.substring(line.indexOf("fleet "));
        String run =
            command
                .replace("api.properties", file.toString())
                .replace("env:LOOK_PASSWORD", PASSWORD);
        Program ran = Program.run(run.split(" "));
        assertSays(ran, 0, "ok      store", "gate");
        assertFalse(ran.out().contains(PASSWORD), ran::toString);
      }
    }
  }

  @Test
  void withoutAStoreThereIsNothingToShow() {
    String[] profile = {
      "-Jtollgate.profile.demo.token_url=http://127.0.0.1:1/",
      "-Jtollgate.profile.demo.client_id=x",
      "-Jtollgate.profile.demo.client_secret=y"
    };
    Program without = Program.run("fleet", "demo", profile[0], profile[1], profile[2]);
    assertSays(without, 1, "PROBLEM", "has no store", "Set store=redis://");
    assertSays(Program.run("fleet", "other", profile[0]), 1, "there are: demo");
    assertSays(Program.run("fleet", "demo", profile[0], profile[1]), 1, "CONFIG", "client_secret");
    assertEquals(2, Program.run("fleet").exitCode(), "no profile");
    assertEquals(2, Program.run("fleet", "demo", "--frobnicate").exitCode(), "no such option");
  }
}
