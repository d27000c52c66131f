package io.tollgate.dsl;

import static io.tollgate.dsl.TollgateDsl.tollgateAuthorization;
import static io.tollgate.dsl.TollgateDsl.tollgateBackoffTimer;
import static io.tollgate.dsl.TollgateDsl.tollgateCredential;
import static io.tollgate.dsl.TollgateDsl.tollgateFeedback;
import static io.tollgate.dsl.TollgateDsl.tollgateTokenSampler;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static us.abstracta.jmeter.javadsl.JmeterDsl.testPlan;
import static us.abstracta.jmeter.javadsl.JmeterDsl.threadGroup;

import io.tollgate.dsl.TollgateBackoffTimer.Pacing;
import io.tollgate.tests.Layout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import us.abstracta.jmeter.javadsl.codegeneration.DslCodeGenerator;
import us.abstracta.jmeter.javadsl.core.DslTestPlan;

/** Plans in JMX files as code, by the generator of the DSL. */
class GeneratedCodeTest {
  @TempDir Path directory;

  private static String code(Path plan) throws IOException {
    return new DslCodeGenerator()
        .addBuildersFrom(TollgateDsl.class)
        .addDependency(TollgateDsl.class, "io.tollgate:tollgate-dsl")
        .generateCodeFromJmx(plan.toFile());
  }

  /** Everything that can be said of the five elements. */
  private static DslTestPlan everyOption() {
    return testPlan(
        tollgateCredential("p")
            .preset("keycloak")
            .tokenUrl("https://login.example.com/token")
            .issuer("https://login.example.com")
            .grant("password")
            .clientId("id")
            .clientSecret("env:SECRET")
            .scope("read write")
            .setting("token_timeout", Duration.ofSeconds(5)),
        tollgateAuthorization("p")
            .forUser("${user}", "${password}")
            .forClient("other", "file:secret")
            .keepAuthorization(),
        tollgateBackoffTimer("p").pacing(Pacing.RATE_HEADERS),
        threadGroup(1, 1, tollgateTokenSampler("wait", "p"), tollgateTokenSampler("p")),
        threadGroup(1, 1, tollgateAuthorization(), tollgateBackoffTimer(), tollgateFeedback()),
        tollgateFeedback("p")
            .maskTokens()
            .replayRejected()
            .replayAnyMethod()
            .rejectionStatuses("403, 419")
            .rejectionText("expired|revoked")
            .limitText("slow down"));
  }

  @Test
  void aPlanThatTheDslWroteIsTheSameCodeAgain() throws IOException {
    Path plan = directory.resolve("plan.jmx");
    everyOption().saveAsJmx(plan.toString());
    String[] lines = {
      "tollgateCredential(\"p\")",
      ".preset(\"keycloak\")",
      ".tokenUrl(\"https://login.example.com/token\")",
      ".issuer(\"https://login.example.com\")",
      ".grant(\"password\")",
      ".clientId(\"id\")",
      ".clientSecret(\"env:SECRET\")",
      ".scope(\"read write\")",
      ".setting(\"token_timeout\", \"5000ms\"),",
      "tollgateAuthorization(\"p\")",
      ".forUser(\"${user}\", \"${password}\")",
      ".forClient(\"other\", \"file:secret\")",
      ".keepAuthorization(),",
      "tollgateBackoffTimer(\"p\")",
      ".pacing(Pacing.RATE_HEADERS),",
      "threadGroup(1, 1,",
      "tollgateTokenSampler(\"wait\", \"p\"),",
      "tollgateTokenSampler(\"p\")",
      "),",
      "threadGroup(1, 1,",
      "tollgateAuthorization(),",
      "tollgateBackoffTimer(),",
      "tollgateFeedback()",
      "),",
      "tollgateFeedback(\"p\")",
      ".maskTokens()",
      ".replayRejected()",
      ".replayAnyMethod()",
      ".rejectionStatuses(\"403, 419\")",
      ".rejectionText(\"expired|revoked\")",
      ".limitText(\"slow down\")",
    };
    String code = code(plan);
    List<String> written = code.lines().map(String::trim).collect(Collectors.toList());
    int from = written.indexOf(lines[0]);
    assertTrue(from >= 0, code);
    assertEquals(List.of(lines), written.subList(from, from + lines.length), code);
    assertTrue(code.contains("io.tollgate:tollgate-dsl"), code);
  }

  @Test
  void theCodeCompiles() throws IOException {
    Path plan = directory.resolve("plan.jmx");
    everyOption().saveAsJmx(plan.toString());
    Path source = directory.resolve("PerformanceTest.java");
    Files.writeString(source, code(plan));
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    String[] arguments = {"-proc:none", "-d", directory.toString(), source.toString()};
    ToolProvider.getSystemJavaCompiler().run(null, null, errors, arguments);
    assertEquals("", errors.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aPlanMadeInTheWindowOfJMeterIsConvertedToo() throws IOException {
    String code = code(Layout.example("credential"));
    for (String line :
        List.of(
            "tollgateCredential(\"default\")",
            ".clientSecret(\"env:DEMO_SECRET\"),",
            "tollgateAuthorization(\"default\"),",
            "tollgateBackoffTimer(\"default\"),",
            "tollgateFeedback(\"default\")")) {
      assertTrue(code.contains(line), line + " is not in " + code);
    }
  }
}
