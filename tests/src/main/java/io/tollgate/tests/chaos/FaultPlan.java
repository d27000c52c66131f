package io.tollgate.tests.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * The plan of faults, drawn from one seed: periods in which the proxy disturbs exchanges, and
 * incidents at the servers. Each round begins with them and ends with a time without any, long
 * enough that nothing may fail any more.
 *
 * <p>The same seed gives the same periods and incidents at the same times. Which exchange meets
 * which fault of a period depends on the order in which they come, too.
 */
final class FaultPlan {
  /**
   * A time in which exchanges are disturbed.
   *
   * @param from since the load began
   * @param percent of the exchanges
   */
  record Period(
      Duration from, Duration to, Target target, Route route, List<Fault> faults, int percent) {
    boolean covers(Duration at, Target where, Route way) {
      return where == target && way == route && at.compareTo(from) >= 0 && at.compareTo(to) < 0;
    }
  }

  /** What happens at a server. */
  enum Action {
    /** It ends and starts again. */
    RESTART,
    /** A new secret: first in the client's file, then at the server. */
    ROTATE_FILE_FIRST,
    /** A new secret: first at the server, then in the client's file. */
    ROTATE_SERVER_FIRST
  }

  /** An action and its time since the load began. */
  record Incident(Duration at, Target target, Action action) {}

  private final long seed;
  private final List<Period> periods = new ArrayList<>();
  private final List<Incident> incidents = new ArrayList<>();

  private FaultPlan(long seed) {
    this.seed = seed;
  }

  /**
   * Draws a plan.
   *
   * @param length of the whole run; nothing is planned for its last half round
   */
  static FaultPlan of(long seed, Duration length) {
    FaultPlan plan = new FaultPlan(seed);
    Random random = new Random(seed);
    Duration from = Pace.ROUND.dividedBy(2);
    for (int round = 1; from.plus(Pace.ROUND).compareTo(length) <= 0; round++) {
      for (Target target : Target.values()) {
        plan.addRound(random, round, from, target);
      }
      from = from.plus(Pace.ROUND);
    }
    return plan;
  }

  private void addRound(Random random, int round, Duration from, Target target) {
    for (Route route : Route.values()) {
      if (random.nextInt(3) > 0) {
        Duration length = share(random, Pace.FAULTS);
        periods.add(
            new Period(
                from,
                from.plus(length),
                target,
                route,
                someFaults(random, route),
                40 + random.nextInt(61)));
      }
    }
    Duration at = from.plus(share(random, Pace.FAULTS));
    if ((round + target.ordinal()) % target.roundsToRestart() == 0) {
      incidents.add(new Incident(at, target, Action.RESTART));
    } else if (random.nextInt(3) == 0) {
      boolean fileFirst = random.nextBoolean();
      incidents.add(
          new Incident(
              at, target, fileFirst ? Action.ROTATE_FILE_FIRST : Action.ROTATE_SERVER_FIRST));
    }
  }

  private static Duration share(Random random, Duration most) {
    return most.multipliedBy(30 + random.nextInt(71)).dividedBy(100);
  }

  private static List<Fault> someFaults(Random random, Route route) {
    List<Fault> all = new ArrayList<>(EnumSet.allOf(Fault.class));
    all.removeIf(fault -> route == Route.API && !fault.concernsApi());
    Collections.shuffle(all, random);
    return List.copyOf(all.subList(0, 1 + random.nextInt(4)));
  }

  long seed() {
    return seed;
  }

  List<Period> periods() {
    return Collections.unmodifiableList(periods);
  }

  /** In the order of their times. */
  List<Incident> incidents() {
    List<Incident> sorted = new ArrayList<>(incidents);
    sorted.sort((one, other) -> one.at().compareTo(other.at()));
    return sorted;
  }

  /** What the next exchange at that time meets. */
  Optional<Fault> draw(Random random, Duration at, Target target, Route route) {
    return periods.stream()
        .filter(period -> period.covers(at, target, route))
        .findFirst()
        .filter(period -> random.nextInt(100) < period.percent())
        .map(period -> period.faults().get(random.nextInt(period.faults().size())));
  }
}
