package io.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.testing.Plugin;
import io.tollgate.testing.TokenServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check --plan}: what a plan says of its profiles, before anything runs. */
class CheckPlanTest {
  @TempDir Path directory;

  private String output;

  @BeforeAll
  static void start() {
    Plugin.ready();
  }

  private int check(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true);
    String[] all = new String[arguments.length + 1];
    all[0] = "check";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    int exit = new Main(stream, stream).run(Arrays.asList(all));
    output = new String(out.toByteArray(), StandardCharsets.UTF_8);
    return exit;
  }

  private String plan(String profile, String settings, String wanted) throws IOException {
    Path file = directory.resolve("plan.jmx");
    String elements = "io.tollgate.jmeter.elements.";
    Files.write(
        file,
        ("<jmeterTestPlan><hashTree><TestPlan testname='Plan'/><hashTree><"
                + elements
                + "CredentialConfig testname='Credential'>"
                + "<stringProp name='CredentialConfig.profile'>"
                + profile
                + "</stringProp>"
                + settings
                + "</"
                + elements
                + "CredentialConfig><hashTree/><"
                + elements
                + "AuthorizationPreProcessor testname='Authorization'><stringProp name='profile'>"
                + wanted
                + "</stringProp></"
                + elements
                + "AuthorizationPreProcessor><hashTree/></hashTree></hashTree></jmeterTestPlan>")
            .getBytes(StandardCharsets.UTF_8));
    return file.toString();
  }

  @Test
  void aMismatchIsAProblemWithBothPlaces() throws IOException {
    assertEquals(Exit.FOUND, check("--plan", plan("orders", "", "order")));
    assertTrue(output.startsWith("plan.jmx\n"), output);
    assertTrue(output.contains("'Plan > Authorization' wants profile 'order'"), output);
    assertTrue(output.contains("did you mean 'orders'?"), output);
    assertEquals(Exit.FOUND, check("--plan", plan("orders", "", "order"), "--json"));
    assertTrue(output.contains("\"plan\":\"plan.jmx\",\"fine\":false"), output);
  }

  @Test
  void aPlanThatFitsIsFineAndNothingIsSent() throws IOException {
    assertEquals(Exit.FINE, check("--plan", plan("orders", "", "orders")));
    assertTrue(output.contains("profile 'orders': Plan > Credential"), output);
    assertEquals(Exit.USAGE, check("--plan", directory.resolve("none.jmx").toString()));
    assertTrue(output.contains("there is no such file"), output);
    assertEquals(Exit.USAGE, check());
  }

  @Test
  void withAProfileTheElementsSettingsAreTried() throws IOException {
    try (TokenServer server = new TokenServer()) {
      String name = Plugin.newName();
      StringBuilder settings = new StringBuilder();
      server
          .settings()
          .forEach(
              (key, value) ->
                  settings
                      .append("<stringProp name='setting.")
                      .append(key)
                      .append("'>")
                      .append(key.equals("client_id") ? "${__P(check.plan.id,demo)}" : value)
                      .append("</stringProp>"));
      assertEquals(Exit.FINE, check(name, "--plan", plan(name, settings.toString(), name)), output);
      assertEquals(1, server.requests(), output);
      assertFalse(output.contains("PROBLEM"), output);
      String unknown = settings.toString().replace("${__P(check.plan.id,demo)}", "${id}");
      assertEquals(Exit.FOUND, check(name, "--plan", plan(name, unknown, name)));
      assertTrue(output.contains("client_id holds a variable"), output);
      assertEquals(1, server.requests());
    }
  }
}
