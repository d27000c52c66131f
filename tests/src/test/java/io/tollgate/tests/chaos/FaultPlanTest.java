package io.tollgate.tests.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tollgate.tests.chaos.FaultPlan.Action;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** One seed, one plan; and every plan of an hour has all that there is. */
class FaultPlanTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Set<Target> ALL = EnumSet.allOf(Target.class);

  private static FaultPlan plan(long seed) {
    return FaultPlan.of(seed, HOUR);
  }

  @Test
  void theSeedDecides() {
    assertEquals(plan(1).periods(), plan(1).periods());
    assertEquals(plan(1).incidents(), plan(1).incidents());
    assertNotEquals(plan(1).periods(), plan(2).periods());
  }

  @Test
  void anHourHasEveryFaultAndEveryIncidentOfEachServer() {
    for (long seed = 0; seed < 20; seed++) {
      FaultPlan plan = plan(seed);
      for (Target target : ALL) {
        Set<Fault> faults =
            plan.periods().stream()
                .filter(period -> period.target() == target && period.route() == Route.TOKEN)
                .flatMap(period -> period.faults().stream())
                .collect(Collectors.toSet());
        assertEquals(EnumSet.allOf(Fault.class), faults, "seed " + seed);
        Set<Action> actions =
            plan.incidents().stream()
                .filter(incident -> incident.target() == target)
                .map(FaultPlan.Incident::action)
                .collect(Collectors.toSet());
        assertEquals(EnumSet.allOf(Action.class), actions, "seed " + seed);
      }
    }
  }

  @Test
  void nothingBeginsLateInARound() {
    for (FaultPlan.Period period : plan(3).periods()) {
      Duration intoTheRound =
          Duration.ofNanos(
              period.from().minus(Pace.ROUND.dividedBy(2)).toNanos() % Pace.ROUND.toNanos());
      assertTrue(intoTheRound.isZero(), "a period begins with its round: " + period);
      assertTrue(period.to().minus(period.from()).compareTo(Pace.FAULTS) <= 0, period.toString());
      assertTrue(period.to().compareTo(HOUR) < 0, period.toString());
    }
    assertTrue(
        Pace.FAULTS.plus(Pace.REQUEST_TIMEOUT).plus(Pace.SETTLE).compareTo(Pace.ROUND) < 0,
        "a round has an undisturbed time");
  }

  @Test
  void anExchangeMeetsFaultsOfItsPeriodOnly() {
    FaultPlan plan = plan(4);
    FaultPlan.Period period = plan.periods().get(0);
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      plan.draw(random, period.from(), period.target(), period.route())
          .ifPresent(fault -> assertTrue(period.faults().contains(fault)));
      assertTrue(plan.draw(random, period.to(), period.target(), period.route()).isEmpty());
    }
  }
}
