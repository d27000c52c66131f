package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans that get their tokens themselves, adopted by the jar and run by a real JMeter. */
class AdoptedPlansTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int THREADS = 4;
  private static final int LOOPS = 5;
  private static final int EACH = THREADS * LOOPS;
  private static final String SECRET = "adopt-secret";
  private static final List<String> CLIENTS = List.of("one", "two", "three", "four", "five");
  private static final List<String> USERS = List.of("ann", "bob", "cleo");

  @TempDir Path temp;

  private static AuthServer server(String name) {
    List<String> flags = new ArrayList<>(List.of("--lifetime", "10m", "--refresh-tokens", "never"));
    CLIENTS.forEach(client -> flags.addAll(List.of("--client", client + ":" + SECRET)));
    USERS.forEach(user -> flags.addAll(List.of("--user", user + ":" + user + "-secret")));
    return AuthServer.start(name, flags.toArray(String[]::new));
  }

  private JMeterRun.Builder recipes(Path plan, AuthServer server, ApplicationApi application)
      throws IOException {
    List<String> users = new ArrayList<>(List.of("user,password"));
    USERS.forEach(user -> users.add(user + "," + user + "-secret"));
    return JMeterRun.in(
            Layout.build().resolve("system").resolve("adopt-" + plan.getFileName()), plan)
        .api(server.apiUrl())
        .set("app.host", "127.0.0.1")
        .set("app.port", application.port())
        .set("secret", SECRET)
        .set("users", Files.write(temp.resolve("users.csv"), users))
        .set("threads", THREADS)
        .set("loops", LOOPS);
  }

  /** What the plan does for its users, with Tollgate and without. */
  private static void assertEachGroupIsServed(
      FinishedRun run, AuthServer server, ApplicationApi application) {
    assertEquals(0, run.exitCode(), "exit code");
    assertEquals(0, run.results().failed().size(), () -> "failed: " + run.results().failures());
    for (String client : CLIENTS) {
      assertEquals(EACH, server.counts().of(client).ownOk(), "API requests as " + client);
    }
    assertEquals(0, server.counts().unauthenticated(), "requests without a token");
    assertEquals(EACH, application.served(), "requests of the application");
    assertEquals(0, application.refused(), "requests of the application without a token");
  }

  private static void assertOneTokenEach(AuthServer server, ApplicationApi application) {
    for (String client : CLIENTS) {
      long expected = client.equals("five") ? USERS.size() : 1;
      assertEquals(expected, server.counts().of(client).tokenRequests(), "tokens of " + client);
    }
    assertEquals(1, application.logins(), "logins of the application");
  }

  @Test
  void theRecipesOfOnePlanRunAsBeforeWithOneTokenEach() throws IOException {
    Path old = Layout.plan("adopt/recipes.jmx");
    Path plan = temp.resolve("recipes.jmx");
    Program adopt = Program.run("adopt", old.toString(), "-o", plan.toString());
    assertEquals(0, adopt.exitCode(), adopt.toString());
    for (String secret : List.of(SECRET, "ann-secret", "Zm91cjphZG9wdC1zZWNyZXQ=")) {
      assertFalse(adopt.out().contains(secret), () -> "a secret is in: " + adopt.out());
      assertFalse(Files.readString(plan).contains(secret), "a secret is in the new plan");
    }
    try (AuthServer server = server("adopt-recipes");
        ApplicationApi application = new ApplicationApi()) {
      FinishedRun run =
          recipes(plan, server, application)
              .environment("TOLLGATE_FOURTH_LOGIN_CLIENT_SECRET", SECRET)
              .environment("TOLLGATE_LOG_IN_PASSWORD", "ann-secret")
              .run(LIMIT);
      assertEachGroupIsServed(run, server, application);
      assertOneTokenEach(server, application);
      assertEquals(6 * EACH, run.results().count(), "samples: no login is one of them");
    }
  }

  @Test
  void controlThePlanAsItWasWorksAndRequestsMoreTokens() throws IOException {
    try (AuthServer server = server("adopt-control");
        ApplicationApi application = new ApplicationApi()) {
      FinishedRun run = recipes(Layout.plan("adopt/recipes.jmx"), server, application).run(LIMIT);
      assertEachGroupIsServed(run, server, application);
      Control.fails("tokens of two", () -> assertOneTokenEach(server, application));
      assertEquals(THREADS, application.logins(), "logins of the application");
    }
  }

  /** The script of this plan fetches a token for each thread, and again when it has expired. */
  @Test
  void aScriptOfAFailureBecomesElementsWithOneTokenForAllThreads() throws IOException {
    Path plan = temp.resolve("stampede.jmx");
    Path old = Layout.failure("stampede").resolve("failure.jmx");
    Program adopt = Program.run("adopt", old.toString(), "-o", plan.toString());
    assertEquals(0, adopt.exitCode(), adopt.toString());
    try (AuthServer server = AuthServer.start("adopt-stampede", "--lifetime", "10m");
        JMeterRun started =
            JMeterRun.in(Layout.build().resolve("system").resolve("adopt-stampede"), plan)
                .against(server)
                .set("threads", 20)
                .set("ramp", 0)
                .set("duration", LIMIT.toSeconds())
                .set("pause.min", 20)
                .set("pause.max", 40)
                .start()) {
      server.await("the load to run", LIMIT, counts -> counts.apiOk() >= 40);
      started.shutdown();
      FinishedRun run = started.finish(LIMIT);
      assertEquals(0, run.results().failed().size(), () -> "failed: " + run.results().failures());
      assertEquals(1, server.counts().tokenRequests(), "token requests");
      assertEquals(0, server.counts().unauthenticated(), "requests without a token");
    }
  }
}
