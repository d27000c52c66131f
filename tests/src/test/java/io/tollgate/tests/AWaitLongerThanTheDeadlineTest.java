package io.tollgate.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Throttled for longer than a thread may wait: samples fail, say until when, and do not flood the
 * results.
 */
class AWaitLongerThanTheDeadlineTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int LOOPS = 4;

  /**
   * So many that a machine which stands still for seconds does not stretch them to one a second.
   */
  private static final int LOOPS_OF_A_FLOOD = 40;

  @Test
  void fiveHundredLoopingThreadsFailOnceASecondAndSayUntilWhen() {
    Outcome outcome = loadThatIsThrottled(Contender.TOLLGATE, 500, LOOPS);
    noFlood(outcome, 500, LOOPS);
    for (Sample sample : outcome.results().samples()) {
      assertTrue(sample.message().contains("THROTTLED_UNTIL"), "message: " + sample);
      assertTrue(sample.message().contains("demo"), "names no profile: " + sample);
    }
    assertEquals(1, outcome.counts().tokenRequests(), "token requests");
    assertEquals(0, outcome.counts().apiRequests(), "requests without a token");
  }

  @Test
  void controlThreadsThatFailAtOnceFloodTheResults() {
    Outcome outcome = loadThatIsThrottled(Contender.RECIPE, 50, LOOPS_OF_A_FLOOD);
    Control.fails("a flood", () -> noFlood(outcome, 50, LOOPS_OF_A_FLOOD));
  }

  /** No thread fails more often than once a second, and once more. */
  private static void noFlood(Outcome outcome, int threads, int loops) {
    assertEquals(0, outcome.run().exitCode(), "exit code");
    List<Sample> failed = outcome.results().failed();
    assertEquals(threads * loops, failed.size(), "failed samples, one a loop");
    failed.stream()
        .collect(Collectors.groupingBy(Sample::thread))
        .forEach(
            (thread, samples) -> {
              LongSummaryStatistics starts =
                  samples.stream().mapToLong(Sample::start).summaryStatistics();
              double seconds = (starts.getMax() - starts.getMin()) / 1000.0;
              assertTrue(
                  samples.size() <= seconds + 1.1,
                  () -> "a flood: " + samples.size() + " failed samples in " + seconds + " s");
            });
  }

  private static Outcome loadThatIsThrottled(Contender contender, int threads, int loops) {
    String name = "throttled-until-" + contender.key();
    try (AuthServer server = AuthServer.start(name, "--rate-limit", "0/10m")) {
      FinishedRun run =
          JMeterRun.of(name, "load.jmx")
              .against(server)
              .scripts(contender.before(), contender.after())
              .set("threads", threads)
              .set("loops", loops)
              .run(LIMIT);
      return new Outcome(contender, server.counts(), run);
    }
  }
}
