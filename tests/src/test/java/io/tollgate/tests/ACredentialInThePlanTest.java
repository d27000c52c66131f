package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A plan whose profile is a Tollgate Credential, and no property of Tollgate's anywhere: run as it
 * is, contradicted by {@code -J} and by another element.
 */
class ACredentialInThePlanTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Map<String, String> SECRET = Map.of("DEMO_SECRET", AuthServer.CLIENT_SECRET);
  private static final int THREADS = 10;
  private static final int LOOPS = 3;

  private static Path example() {
    return Layout.plan("../../examples/credential/plan.jmx").normalize();
  }

  /** What the plan leaves open: where the server of this test is, and how much to do. */
  private static Map<String, String> load(AuthServer server) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("token.url", server.tokenUrl().toString());
    properties.put("api.port", Integer.toString(server.apiUrl().getPort()));
    properties.put("threads", Integer.toString(THREADS));
    properties.put("loops", Integer.toString(LOOPS));
    properties.put("think", "0");
    return properties;
  }

  private static JMeterRun.Builder run(String name, Path plan, AuthServer server) {
    JMeterRun.Builder run = JMeterRun.in(Layout.build().resolve("system").resolve(name), plan);
    load(server).forEach(run::set);
    SECRET.forEach(run::environment);
    return run;
  }

  private static void oneTokenServedAll(FinishedRun run, AuthServer server) {
    assertEquals(0, run.exitCode(), "exit code");
    assertEquals(0, run.results().failed().size(), () -> "failed: " + run.results().failures());
    assertEquals(THREADS * LOOPS, run.results().count(), "samples");
    assertEquals(THREADS * LOOPS, server.counts().apiOk(), "requests the API granted");
    assertEquals(1, server.counts().tokenRequests(), "token requests");
  }

  @Test
  void oneTokenRequestServesThePlanAndNoFileHoldsTheSecret() {
    try (AuthServer server = AuthServer.start("credential", "--lifetime", "10m")) {
      FinishedRun run = run("credential", example(), server).run(LIMIT);
      oneTokenServedAll(run, server);
      assertEquals(1, run.summaries("default").size(), "summary lines");
      assertFalse(run.log().contains(AuthServer.CLIENT_SECRET), "a secret is in jmeter.log");
      assertFalse(run.jtl().contains(AuthServer.CLIENT_SECRET), "a secret is in the JTL");
    }
  }

  @Test
  void aPropertyBeatsTheElement() {
    try (AuthServer server = AuthServer.start("credential-property", "--lifetime", "10m")) {
      FinishedRun run =
          run("credential-property", example(), server)
              .profile("default", "client_id", "nobody")
              .set("loops", 1)
              .run(LIMIT);
      assertEquals(THREADS, run.results().failed().size(), "failed samples");
      for (Sample sample : run.results().failed()) {
        assertTrue(sample.message().contains("CREDENTIAL_REJECTED"), sample::toString);
        assertTrue(sample.message().contains("invalid_client"), sample::toString);
      }
      assertEquals(0, server.counts().apiOk(), "requests the API granted");
    }
  }

  @Test
  void aSecondElementThatContradictsFailsEachSampleAndSaysIt() {
    try (AuthServer server = AuthServer.start("credential-conflict", "--lifetime", "10m")) {
      Path plan = withTwin("credential-conflict", "true");
      FinishedRun run = run("credential-conflict-run", plan, server).set("loops", 1).run(LIMIT);
      assertEquals(0, run.exitCode(), "exit code");
      assertEquals(THREADS, run.results().failed().size(), "failed samples");
      for (Sample sample : run.results().failed()) {
        assertTrue(sample.message().contains("PROFILE_CONFLICT"), sample::toString);
        assertTrue(sample.message().contains(" > The other one'"), sample::toString);
        assertTrue(sample.message().contains("client_id"), sample::toString);
      }
      assertTrue(run.log().contains("PROFILE_CONFLICT"), "not in jmeter.log");
      assertEquals(0, server.counts().tokenRequests(), "token requests");
      assertEquals(0, server.counts().unauthenticated(), "sent without a token");
    }
  }

  @Test
  void aDisabledElementDoesNothing() {
    try (AuthServer server = AuthServer.start("credential-disabled", "--lifetime", "10m")) {
      Path plan = withTwin("credential-disabled", "false");
      oneTokenServedAll(run("credential-disabled-run", plan, server).run(LIMIT), server);
    }
  }

  /** The example with a second element for the same profile that names another client. */
  private static Path withTwin(String name, String enabled) {
    String plan = text(example());
    int from = plan.indexOf("      <io.tollgate.jmeter.elements.CredentialConfig ");
    int to = plan.indexOf("<hashTree/>", from) + "<hashTree/>\n".length();
    String twin =
        plan.substring(from, to)
            .replace("testname=\"Tollgate Credential\"", "testname=\"The other one\"")
            .replace(">demo<", ">someone-else<")
            .replace("enabled=\"true\"", "enabled=\"" + enabled + "\"");
    return written(name, plan.substring(0, to) + twin + plan.substring(to));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path written(String name, String plan) {
    try {
      Path file = Layout.build().resolve("system").resolve(name + ".jmx");
      Files.createDirectories(file.getParent());
      return Files.writeString(file, plan);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
