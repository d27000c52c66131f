package io.tollgate.tests.chaos;

import io.tollgate.tests.Sample;
import io.tollgate.tests.chaos.JMeterRuns.Run;
import io.tollgate.tests.chaos.Ledger.Window;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What made a sample fail: the fault that its own request met; else the restart of its server;
 * else, if it failed for want of a good token, a fault of that server shortly before; or the end of
 * the run. A sample of which none of this is true has no explanation.
 */
final class Explanations {
  /** By how much clocks and the end of a run may be apart. */
  private static final long SLACK_MILLIS = 2000;

  private final Map<Target, Ledger> ledgers;
  private final List<Run> runs;

  Explanations(Map<Target, Ledger> ledgers, List<Run> runs) {
    this.ledgers = ledgers;
    this.runs = runs;
  }

  /** A few words; empty if there is no explanation. */
  Optional<String> of(Sample sample) {
    Ledger ledger = ledgers.get(target(sample));
    Fault own = ledger.metBy(sample.label());
    if (own != null) {
      return Optional.of("its request: " + own);
    }
    Fault before = ledger.metBy(labelOfTheOneBefore(sample));
    if (before != null && before.endsConnection()) {
      return Optional.of("its connection was ended by " + before);
    }
    return during(ledger, sample, 0)
        .filter(window -> window.why().equals(FaultPlan.Action.RESTART.name()))
        .or(() -> forWantOfAToken(ledger, sample))
        .map(window -> (isForWantOfAToken(sample) ? "no good token: " : "") + window.why())
        .or(() -> atTheEndOfARun(sample));
  }

  /** Whether nothing that was injected can concern a sample at that time. */
  boolean isUndisturbed(Sample sample) {
    return during(ledgers.get(target(sample)), sample, Pace.SETTLE.toMillis()).isEmpty();
  }

  private Optional<Window> forWantOfAToken(Ledger ledger, Sample sample) {
    return isForWantOfAToken(sample)
        ? during(ledger, sample, Pace.SETTLE.toMillis())
        : Optional.empty();
  }

  /** A restart before other causes, and of those the latest. */
  private static Optional<Window> during(Ledger ledger, Sample sample, long settle) {
    Window found = null;
    for (Window window : ledger.windows()) {
      Window settling = new Window(window.from(), window.to() + settle, window.why());
      if (settling.overlaps(sample.start(), sample.end())) {
        found = window;
        if (window.why().equals(FaultPlan.Action.RESTART.name())) {
          return Optional.of(found);
        }
      }
    }
    return Optional.ofNullable(found);
  }

  private Optional<String> atTheEndOfARun(Sample sample) {
    return runs.stream()
        .filter(
            run ->
                sample.end() >= run.stopped() - SLACK_MILLIS
                    && sample.start() <= run.ended() + SLACK_MILLIS)
        .findFirst()
        .map(run -> "the end of a run");
  }

  private static boolean isForWantOfAToken(Sample sample) {
    return sample.code().startsWith("TOLLGATE_") || sample.code().equals("401");
  }

  /** A thread numbers its samples, and its requests to a server share a connection. */
  private static String labelOfTheOneBefore(Sample sample) {
    int number = sample.label().lastIndexOf('/') + 1;
    long before = Long.parseLong(sample.label().substring(number)) - 1;
    return sample.label().substring(0, number) + before;
  }

  private static Target target(Sample sample) {
    String profile = sample.label().split("/")[0];
    return ChaosProfile.valueOf(profile.toUpperCase(Locale.ROOT)).target();
  }
}
