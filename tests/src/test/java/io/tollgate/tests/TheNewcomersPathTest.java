package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.tests.window.JMeterWindow;
import io.tollgate.tests.window.Screen;
import io.tollgate.tests.window.WindowMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * docs/getting-started.md is done as it is written, in JMeter's window and on the command line, by
 * one who knows that page only.
 */
class TheNewcomersPathTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  /** Of a busy machine; what counts is the time that the JVM used. */
  private static final int WINDOW_LIMIT_SECONDS = 600;

  private static final int MOST_CPU_SECONDS = 180;
  private static final int SAMPLES = 6;
  private static final Pattern CODE = Pattern.compile("```\\n(.*?)```", Pattern.DOTALL);

  /** The section that {@code make test-platforms} takes, under Wine. */
  private static final Pattern WINDOWS =
      Pattern.compile("^## On Windows.*?(?=^## )", Pattern.DOTALL | Pattern.MULTILINE);

  private static List<String> code(String page) {
    List<String> code = new ArrayList<>();
    for (Matcher block = CODE.matcher(page); block.find(); ) {
      code.add(block.group(1).replaceAll("(?m)^ +", "").trim());
    }
    return code;
  }

  private static String plan(AuthServer server) {
    return """
<?xml version="1.0" encoding="UTF-8"?>
<jmeterTestPlan version="1.2" properties="5.0" jmeter="5.6.3"><hashTree>
<TestPlan guiclass="TestPlanGui" testclass="TestPlan" testname="Your plan">
        <elementProp name="TestPlan.user_defined_variables" elementType="Arguments"
         guiclass="ArgumentsPanel" testclass="Arguments">
        <collectionProp name="Arguments.arguments"/></elementProp></TestPlan><hashTree>
<ThreadGroup guiclass="ThreadGroupGui" testclass="ThreadGroup" testname="Users">
<intProp name="ThreadGroup.num_threads">2</intProp>
<elementProp name="ThreadGroup.main_controller" elementType="LoopController"
 guiclass="LoopControlPanel" testclass="LoopController">
<stringProp name="LoopController.loops">3</stringProp></elementProp>
</ThreadGroup><hashTree>
<HTTPSamplerProxy guiclass="HttpTestSampleGui" testclass="HTTPSamplerProxy" testname="API">
<stringProp name="HTTPSampler.protocol">http</stringProp>
<stringProp name="HTTPSampler.domain">%s</stringProp>
<stringProp name="HTTPSampler.port">%d</stringProp>
<stringProp name="HTTPSampler.path">%s</stringProp>
<stringProp name="HTTPSampler.method">GET</stringProp>
</HTTPSamplerProxy><hashTree/></hashTree></hashTree></hashTree></jmeterTestPlan>
"""
        .formatted(server.apiUrl().getHost(), server.apiUrl().getPort(), server.apiUrl().getPath());
  }

  @Test
  void thePageIsDoneWordForWord() throws IOException {
    Path page = Layout.doc("getting-started.md");
    String text = Files.readString(page);
    List<String> code = code(WINDOWS.matcher(text).replaceFirst(""));
    assertEquals(3, code.size(), "blocks of the page");
    Path directory = Layout.build().resolve("system").resolve("newcomer");
    JMeterHome.delete(directory);
    Files.createDirectories(directory);
    Path plan = directory.resolve("plan.jmx");
    Map<String, String> secret = Map.of("API_SECRET", AuthServer.CLIENT_SECRET);
    try (AuthServer server = AuthServer.start("newcomer", "--lifetime", "10m")) {
      Files.writeString(plan, plan(server));
      try (Screen screen = Screen.of(1280, 800, directory.resolve("screen.log"))) {
        String printed =
            JMeterWindow.run(
                WindowMain.class,
                JMeterHome.withTollgate(),
                screen,
                directory.resolve("window"),
                WINDOW_LIMIT_SECONDS,
                secret,
                List.of(),
                "IntelliJTheme",
                page.toString(),
                plan.toString(),
                server.tokenUrl().toString(),
                AuthServer.CLIENT_ID);
        assertTrue(printed.contains("steps: 5"), printed);
        Matcher used = Pattern.compile("cpu seconds: (\\d+)").matcher(printed);
        assertTrue(used.find() && Integer.parseInt(used.group(1)) < MOST_CPU_SECONDS, printed);
      }

      assertEquals("export API_SECRET=…\njmeter -n -t plan.jmx -l out.jtl", code.get(0));
      FinishedRun run =
          JMeterRun.in(directory.resolve("run"), plan)
              .environment("API_SECRET", secret.get("API_SECRET"))
              .run(LIMIT);
      assertEquals(SAMPLES, run.results().count(), "samples");
      assertEquals(0, run.results().failed().size(), () -> "failed: " + run.results().failures());
      String line = code.get(1).replace("reads 300", "reads " + SAMPLES).replace(" …", "");
      assertTrue(run.log().contains(line), () -> line + " is not in " + run.log());

      // The page's other server is Genesys Cloud; here it is one that knows no such path.
      assertEquals(
          "jmeter -n -t plan.jmx -l out.jtl -Jtollgate.profile.default.region=eu-central-1",
          code.get(2));
      FinishedRun other =
          JMeterRun.in(directory.resolve("other"), plan)
              .environment("API_SECRET", secret.get("API_SECRET"))
              .profile("default", "client_id", "another")
              .run(LIMIT);
      assertEquals(SAMPLES, other.results().failed().size(), "properties beat the element");
    }
  }
}
