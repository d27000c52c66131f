package io.tollgate.tests.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.tests.Sample;
import io.tollgate.tests.chaos.JMeterRuns.Footprint;
import io.tollgate.tests.chaos.JMeterRuns.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A failed sample is explained by what was injected where and when it failed, and by nothing else.
 */
class JudgementTest {
  private static final long SETTLE = Pace.SETTLE.toMillis();

  private final Ledger authServer = new Ledger();
  private final Ledger keycloak = new Ledger();
  private final Explanations explanations =
      new Explanations(
          Map.of(Target.AUTHSERVER, authServer, Target.KEYCLOAK, keycloak),
          List.of(new Run(0, 900_000, 905_000, new Footprint(0, 0, 0), Map.of())));

  private static Sample failed(String label, long start, String code) {
    return new Sample(start, 100, label, code, "a message", "Users 1-1", false);
  }

  private Optional<String> explained(long start, String code) {
    return explanations.of(failed("service/1/1/1", start, code));
  }

  @Test
  void itsOwnRequestMetAFault() {
    authServer.disturbed(Route.API, Fault.RESET_ANSWER, "service/1/1/1", 100_000, 100_100);
    assertEquals(Optional.of("its request: RESET_ANSWER"), explained(100_000, "Non HTTP"));
    Sample next = failed("service/1/1/2", 100_200, "Non HTTP");
    assertTrue(explanations.of(next).isPresent(), "the same thread's next request");
    Sample other = failed("service/1/2/1", 100_000, "Non HTTP");
    assertEquals(Optional.empty(), explanations.of(other), "another sample's request");
  }

  @Test
  void noGoodTokenBecauseOfAFaultShortlyBefore() {
    authServer.disturbed(Route.TOKEN, Fault.CHANGE_TOKEN, null, 100_000, 100_100);
    for (String code : List.of("401", "TOLLGATE_UNREACHABLE")) {
      assertTrue(explained(100_100 + SETTLE, code).isPresent(), code);
      assertFalse(explained(100_101 + SETTLE, code).isPresent(), code + " later");
      assertFalse(explained(99_899, code).isPresent(), code + " before");
    }
    assertFalse(explained(100_000, "500").isPresent(), "what a token has no part in");
    Sample elsewhere = failed("keycloak_filed/1/1/1", 100_000, "401");
    assertFalse(explanations.of(elsewhere).isPresent(), "at the other server");
  }

  @Test
  void aRestartExplainsWhatFailsDuringIt() {
    authServer.happened("RESTART", 100_000, 110_000);
    assertTrue(explained(105_000, "Non HTTP").isPresent());
    assertFalse(explained(110_001, "Non HTTP").isPresent());
    assertTrue(explained(110_001, "401").isPresent(), "its tokens are forgotten");
  }

  @Test
  void theEndOfARun() {
    assertTrue(explained(899_000, "Non HTTP").isPresent());
    assertTrue(explained(906_000, "Non HTTP").isPresent());
    assertFalse(explained(890_000, "Non HTTP").isPresent());
  }

  @Test
  void anUnexplainedSampleIsNamed() {
    List<Sample> samples = new ArrayList<>(undisturbedSamples());
    assertEquals(List.of(), Judgement.ofSamples(samples, explanations));
    samples.add(failed("session/1/1/9", 500_000, "503"));
    List<String> broken = Judgement.ofSamples(samples, explanations);
    assertEquals(1, broken.size());
    assertTrue(broken.get(0).contains("session/1/1/9"), broken.get(0));
  }

  @Test
  void aRunWithoutAnUndisturbedTimeProvesNothing() {
    authServer.disturbed(Route.API, Fault.DELAY, "service/1/1/1", 0, 1_000_000);
    assertEquals(1, Judgement.ofSamples(undisturbedSamples(), explanations).size());
    assertEquals(1, Judgement.ofSamples(List.of(), explanations).size());
  }

  private static List<Sample> undisturbedSamples() {
    return IntStream.range(0, 20)
        .mapToObj(i -> new Sample(200_000, 5, "service/1/1/" + i, "200", "OK", "Users", true))
        .toList();
  }

  @Test
  void whatTheJvmHolds() {
    assertEquals(List.of(), Judgement.ofFootprint(runs(12, 0, 0, 0)));
    assertEquals(1, Judgement.ofFootprint(runs(12, 2 << 20, 0, 0)).size(), "heap");
    assertEquals(1, Judgement.ofFootprint(runs(12, 0, 5 << 20, 0)).size(), "resident memory");
    assertEquals(1, Judgement.ofFootprint(runs(12, 0, 0, 1)).size(), "threads");
    assertEquals(1, Judgement.ofFootprint(runs(7, 0, 0, 0)).size(), "too few runs");
  }

  /** Runs, after each of which the JVM holds so much more than after the one before. */
  private static List<Run> runs(int count, long heap, long resident, long threads) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Run(
                    i,
                    i,
                    i,
                    new Footprint(
                        50_000_000 + i * heap, 300_000_000 + i * resident, 40 + i * threads),
                    Map.of()))
        .toList();
  }
}
