package io.tollgate.bench.report;

import static io.tollgate.bench.report.Numbers.short3;

import io.tollgate.bench.report.Goal.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The goals of the hot path, compared with medians; the tables show the spread. */
final class Goals {
  /** The most that a read may cost above a read of the clock. */
  private static final double OVER_THE_CLOCK_NANOS = 5;

  /** The same for a read by name, in map look-ups. */
  private static final double LOOK_UPS = 3;

  /** The least relative throughput of many threads. */
  private static final double LEFT_OF_THROUGHPUT = 0.95;

  /** The least factor of a contended lock. */
  private static final double LOCK_BEHIND = 3;

  /** The least factor of a script over the element. */
  private static final double SCRIPT_BEHIND = 100;

  /** The highest factor of a checked token over a property. */
  private static final double OVER_A_PROPERTY = 1.15;

  /** Up to this number of threads JMH's numbers count, above it those of one window. */
  private static final int CORES = 2;

  private Goals() {}

  static List<Goal> all() {
    List<Goal> goals = new ArrayList<>();
    goals.add(
        new Goal(
            "`credential.authorization()` ≤ `nanoTime` + 5 ns, 1 thread",
            run ->
                both(run, ReadMethod.HELD, ReadMethod.CLOCK, 1)
                    .map(pair -> overTheClock(pair[0], pair[1]))));
    goals.add(
        new Goal("by name ≤ `nanoTime` + 3 × `ConcurrentHashMap.get`, 1 thread", Goals::byName));
    goals.add(scales(64));
    goals.add(scales(500));
    goals.add(new Goal("a read allocates nothing, at 1 and 2 threads", Goals::allocates));
    for (int threads : new int[] {1, 2, 64}) {
      goals.add(
          new Goal(
              "no peer that looks at the clock is ahead, " + threads(threads),
              run -> nearestPeer(run, threads)));
    }
    for (int threads : new int[] {2, 64}) {
      goals.add(
          ratio(
              "a synchronized singleton is ≥ 3 × behind, " + threads(threads),
              ReadMethod.SYNCHRONIZED,
              ReadMethod.HELD,
              threads,
              LOCK_BEHIND));
    }
    goals.add(
        ratio(
            "the element Tollgate Authorization is ≥ 100 × cheaper than the recipe in a JSR223"
                + " PreProcessor",
            ReadMethod.RECIPE,
            ReadMethod.ELEMENT,
            1,
            SCRIPT_BEHIND));
    goals.add(
        new Goal(
            "`${__tollgate()}` ≤ 1.15 × `${__P()}`",
            run ->
                both(run, ReadMethod.FUNCTION, ReadMethod.PROPERTY, 1)
                    .map(
                        pair -> {
                          double ratio = pair[0].median() / pair[1].median();
                          return new Outcome(times(ratio), ratio <= OVER_A_PROPERTY);
                        })));
    return goals;
  }

  private static Outcome overTheClock(Reading read, Reading clock) {
    double over = read.median() - clock.median();
    return new Outcome(
        String.format("%s = %s %s ns", short3(read.median()), short3(clock.median()), signed(over)),
        over <= OVER_THE_CLOCK_NANOS);
  }

  private static Optional<Outcome> byName(HotPathResults run) {
    Optional<Reading> map = run.of(ReadMethod.MAP, 1);
    return both(run, ReadMethod.NAMED, ReadMethod.CLOCK, 1)
        .flatMap(
            pair ->
                map.map(
                    lookUp -> {
                      double over = pair[0].median() - pair[1].median();
                      return new Outcome(
                          String.format(
                              "%s = %s %s × %s ns",
                              short3(pair[0].median()),
                              short3(pair[1].median()),
                              signed(over / lookUp.median()),
                              short3(lookUp.median())),
                          over <= LOOK_UPS * lookUp.median());
                    }));
  }

  private static Goal scales(int threads) {
    return new Goal(
        threads + " threads together read ≥ 0.95 of what 2 do",
        run ->
            run.against2(ReadMethod.HELD, threads)
                .map(left -> new Outcome(short3(left), left >= LEFT_OF_THROUGHPUT)));
  }

  private static Optional<Outcome> allocates(HotPathResults run) {
    List<Reading> reads =
        Stream.of(ReadMethod.HELD, ReadMethod.NAMED)
            .flatMap(
                method ->
                    Stream.of(1, CORES)
                        .map(threads -> run.of(method, threads))
                        .flatMap(Optional::stream))
            .toList();
    return reads.stream()
        .max(Comparator.comparingDouble(Reading::bytes))
        .map(worst -> new Outcome(worst.bytesText() + " B", !worst.allocates()));
  }

  private static Optional<Outcome> nearestPeer(HotPathResults run, int threads) {
    Optional<ReadMethod> nearest =
        Arrays.stream(ReadMethod.values())
            .filter(
                method ->
                    method.kind() == ReadMethod.Kind.PEER && of(run, method, threads).isPresent())
            .min(Comparator.comparingDouble(method -> of(run, method, threads).get().median()));
    return nearest.flatMap(
        method ->
            both(run, ReadMethod.HELD, method, threads)
                .map(
                    pair ->
                        new Outcome(
                            String.format(
                                "%s against %s ns (%s)",
                                short3(pair[0].median()),
                                short3(pair[1].median()),
                                method.plainLabel()),
                            pair[0].median() <= pair[1].median())));
  }

  private static Goal ratio(
      String text, ReadMethod slow, ReadMethod quick, int threads, double least) {
    return new Goal(
        text,
        run ->
            both(run, slow, quick, threads)
                .map(
                    pair -> {
                      double ratio = pair[0].median() / pair[1].median();
                      return new Outcome(times(ratio), ratio >= least);
                    }));
  }

  private static Optional<Reading[]> both(
      HotPathResults run, ReadMethod one, ReadMethod other, int threads) {
    return of(run, one, threads)
        .flatMap(first -> of(run, other, threads).map(second -> new Reading[] {first, second}));
  }

  private static Optional<Reading> of(HotPathResults run, ReadMethod method, int threads) {
    return threads > CORES ? run.together(method, threads) : run.of(method, threads);
  }

  private static String times(double ratio) {
    return short3(ratio) + " ×";
  }

  private static String signed(double value) {
    return (value < 0 ? "− " : "+ ") + short3(Math.abs(value));
  }

  private static String threads(int number) {
    return number == 1 ? "1 thread" : number + " threads";
  }
}
