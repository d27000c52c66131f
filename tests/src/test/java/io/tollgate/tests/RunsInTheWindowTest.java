package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tollgate.tests.window.JMeterWindow;
import io.tollgate.tests.window.PlanRuns;
import io.tollgate.tests.window.Screen;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * A plan is tried, run twice, renamed and broken in JMeter's window; the window says what is so,
 * and the server counts what it was asked.
 */
class RunsInTheWindowTest {
  /** Of a busy machine. */
  private static final int LIMIT_SECONDS = 400;

  private static final String BEAN = "guiclass=\"TestBeanGUI\" testclass=\"%1$s\"";

  private static String bean(String type, String name) {
    String full = "io.tollgate.jmeter.elements." + type;
    return "<%1$s %2$s testname=\"%3$s\"><stringProp name=\"profile\">default</stringProp></%1$s>"
            .formatted(full, BEAN.formatted(full), name)
        + "<hashTree/>";
  }

  private static String credential(String name, String profile, AuthServer server) {
    String type = "io.tollgate.jmeter.elements.CredentialConfig";
    return """
<%1$s guiclass="%1$sGui" testclass="%1$s" testname="%2$s">
<stringProp name="CredentialConfig.profile">%3$s</stringProp>
<stringProp name="setting.token_url">%4$s</stringProp>
<stringProp name="setting.client_id">%5$s</stringProp>
<stringProp name="setting.client_secret">wrong</stringProp></%1$s><hashTree/>
"""
        .formatted(type, name, profile, server.tokenUrl(), AuthServer.CLIENT_ID);
  }

  private static String request(String name, String method, URI url, String arguments) {
    return """
<HTTPSamplerProxy guiclass="HttpTestSampleGui" testclass="HTTPSamplerProxy" testname="%s">
<elementProp name="HTTPsampler.Arguments" elementType="Arguments">
<collectionProp name="Arguments.arguments">%s</collectionProp></elementProp>
<stringProp name="HTTPSampler.protocol">http</stringProp>
<stringProp name="HTTPSampler.domain">%s</stringProp>
<stringProp name="HTTPSampler.port">%d</stringProp>
<stringProp name="HTTPSampler.path">%s</stringProp>
<stringProp name="HTTPSampler.method">%s</stringProp>
</HTTPSamplerProxy><hashTree/>
"""
        .formatted(name, arguments, url.getHost(), url.getPort(), url.getPath(), method);
  }

  private static String variable(String name, String value) {
    return """
<elementProp name="%1$s" elementType="Argument">
<stringProp name="Argument.name">%1$s</stringProp>
<stringProp name="Argument.value">%2$s</stringProp>
<stringProp name="Argument.metadata">=</stringProp></elementProp>
"""
        .formatted(name, value);
  }

  private static String argument(String name, String value) {
    return """
<elementProp name="%1$s" elementType="HTTPArgument">
<stringProp name="Argument.name">%1$s</stringProp>
<stringProp name="Argument.value">%2$s</stringProp>
<stringProp name="Argument.metadata">=</stringProp>
<boolProp name="HTTPArgument.use_equals">true</boolProp></elementProp>
"""
        .formatted(name, value);
  }

  private static String plan(AuthServer server) {
    String monitor = "io.tollgate.jmeter.elements.TollgateMonitor";
    URI url = server.tokenUrl();
    String origin = url.getScheme() + "://" + url.getAuthority();
    return """
<?xml version="1.0" encoding="UTF-8"?>
<jmeterTestPlan version="1.2" properties="5.0" jmeter="5.6.3"><hashTree>
<TestPlan guiclass="TestPlanGui" testclass="TestPlan" testname="Your plan">
<elementProp name="TestPlan.user_defined_variables" elementType="Arguments"
 guiclass="ArgumentsPanel" testclass="Arguments">
<collectionProp name="Arguments.arguments">
"""
        + variable("server", origin)
        + "</collectionProp></elementProp></TestPlan><hashTree>"
        + "<Arguments guiclass=\"ArgumentsPanel\" testclass=\"Arguments\" testname=\"Paths\">"
        + "<collectionProp name=\"Arguments.arguments\">"
        + variable("token.path", url.getPath())
        + "</collectionProp></Arguments><hashTree/>"
        + credential("Tollgate Credential", "default", server)
        + credential("Another Credential", "another", server)
        + bean("AuthorizationPreProcessor", "Tollgate Authorization")
        + bean("BackoffTimer", "Tollgate Backoff Timer")
        + bean("FeedbackPostProcessor", "Tollgate Feedback")
        + "<%1$s guiclass=\"%1$sGui\" testclass=\"%1$s\" testname=\"Tollgate Monitor\"/><hashTree/>"
            .formatted(monitor)
        + """
<ThreadGroup guiclass="ThreadGroupGui" testclass="ThreadGroup" testname="Users">
<stringProp name="ThreadGroup.on_sample_error">continue</stringProp>
<intProp name="ThreadGroup.num_threads">1</intProp>
<elementProp name="ThreadGroup.main_controller" elementType="LoopController"
 guiclass="LoopControlPanel" testclass="LoopController">
<stringProp name="LoopController.loops">1</stringProp></elementProp>
</ThreadGroup><hashTree>
"""
        + request(
            "own token request",
            "POST",
            server.tokenUrl(),
            argument("grant_type", "client_credentials")
                + argument("client_id", AuthServer.CLIENT_ID)
                + argument("client_secret", AuthServer.CLIENT_SECRET))
        + request("API", "GET", server.apiUrl(), "")
        + "</hashTree></hashTree></hashTree></jmeterTestPlan>";
  }

  @Test
  void theWindowSaysWhatIsSoAndTheServerIsAskedForWhatARunNeeds() throws IOException {
    Path directory = Layout.build().resolve("system").resolve("window-runs");
    JMeterHome.delete(directory);
    Files.createDirectories(directory);
    Path plan = directory.resolve("plan.jmx");
    try (AuthServer server = AuthServer.start("window-runs", "--lifetime", "10m");
        Screen screen = Screen.of(1280, 800, directory.resolve("screen.log"))) {
      Files.writeString(plan, plan(server));
      String printed =
          JMeterWindow.run(
              PlanRuns.class,
              JMeterHome.withTollgate(),
              screen,
              directory.resolve("window"),
              LIMIT_SECONDS,
              Map.of("API_SECRET", AuthServer.CLIENT_SECRET),
              List.of(),
              plan.toString(),
              server.tokenUrl().toString(),
              server.tokenUrl().resolve("/control/counts").toString(),
              AuthServer.CLIENT_ID);

      Counts trials = counts(printed, "the trials");
      assertEquals(1, trials.tokenRequests(), "one trial asked the server, once: " + trials);
      assertEquals(1, trials.rejected(), "and was refused");

      // Each run sends one token request of its own: with a Bearer header it would be a 400.
      Counts first = counts(printed, "the first run");
      assertEquals(1, first.rejected(), "the refused secret is not sent again: " + first);
      assertEquals(2, first.minted(), "the profile's token, and that of the plan's own request");
      assertEquals(1, first.apiOk(), "API requests");
      Counts second = counts(printed, "the second run");
      assertEquals(3, second.minted(), "the plan's own again, none of the profile: " + second);
      assertEquals(1, second.rejected(), "refused");
      assertEquals(2, second.apiOk(), "API requests");

      Counts renamed = counts(printed, "the renamed run");
      assertEquals(3, renamed.apiOk(), "under the new name the API gets a token: " + renamed);
      assertEquals(1, renamed.rejected(), "refused");
      Counts failed = counts(printed, "the failed run");
      assertEquals(2, failed.rejected(), "the run with a wrong secret asks once: " + failed);
      Counts last = counts(printed, "the last run");
      assertEquals(2, last.rejected(), "what is not defined is not asked for: " + last);
      assertEquals(0, last.unauthenticated(), "API requests without a token");
    }
  }

  private static Counts counts(String printed, String after) throws IOException {
    Matcher line = Pattern.compile("counts after " + after + ": (.*)").matcher(printed);
    assertTrue(line.find(), printed);
    return new Counts(new ObjectMapper().readTree(line.group(1)), AuthServer.CLIENT_ID);
  }
}
