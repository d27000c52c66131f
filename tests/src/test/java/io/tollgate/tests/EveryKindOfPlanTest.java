package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The elements among what plans of other people have, all in one run of a real JMeter. */
class EveryKindOfPlanTest {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final long ONE_GROUP = 5 * 4;

  @Test
  void everySamplerHasItsTokenWhateverItStandsIn() {
    try (AuthServer server = AuthServer.start("every-kind", "--lifetime", "10m")) {
      FinishedRun run =
          JMeterRun.of("every-kind", "every-kind.jmx")
              .plugins("jmeter-plugins-casutg", "jmeter-plugins-cmn-jmeter", "h2")
              .set("token_url", server.tokenUrl())
              .set("client_id", AuthServer.CLIENT_ID)
              .set("client_secret", AuthServer.CLIENT_SECRET)
              .set("includecontroller.prefix", Layout.plan("").toString() + "/")
              .logLevel("org.apache.jmeter.testbeans", "DEBUG")
              .api(server.apiUrl())
              .run(LIMIT);
      assertEquals(0, run.exitCode(), "exit code");
      assertEquals(0, run.results().failed().size(), () -> "failed: " + run.results().failures());
      Map<String, Long> samples =
          run.results().samples().stream()
              .collect(Collectors.groupingBy(Sample::label, Collectors.counting()));
      for (String once : List.of("of the setUp group", "of the tearDown group")) {
        assertEquals(1, samples.get(once), once);
      }
      for (String each :
          List.of(
              "by script and element",
              "of a user",
              "of an include controller",
              "of a module controller",
              "the token is the password")) {
        assertEquals(ONE_GROUP, samples.get(each), each);
      }
      for (String group : List.of("of the ultimate group", "of the concurrency group")) {
        assertTrue(samples.get(group) >= 3, group + " " + samples);
      }
      Counts counts = server.counts();
      assertEquals(0, counts.unauthenticated(), "requests without a token");
      assertEquals(run.results().count() - ONE_GROUP, counts.apiOk(), "granted");
      assertEquals(2, counts.tokenRequests(), "one token, and one of the user");
      assertEquals(1, run.summaries("demo").size(), run::log);
      assertTrue(run.log().contains("DEBUG o.a.j.t.TestBeanHelper"), "nothing was logged");
      assertFalse(run.log().contains("pw-of-ann-as-typed"), "a password is in the log");
    }
  }
}
