package io.tollgate.tests.chaos;

import io.tollgate.tests.Sample;
import io.tollgate.tests.chaos.JMeterRuns.Footprint;
import io.tollgate.tests.chaos.JMeterRuns.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** What of a chaos run was not as it must be. */
final class Judgement {
  /** Fewer runs than that say nothing about growth. */
  static final int LEAST_RUNS = 8;

  /** What a run leaves behind is far less than what one may hold at its end by chance. */
  static final long MOST_HEAP_GROWTH = 6L << 20;

  /** JMeter alone grows by a few MiB an hour: code, and what malloc keeps. */
  static final long MOST_RESIDENT_GROWTH = 24L << 20;

  /** Threads of the JVM that come and go by themselves. */
  static final long MOST_MORE_THREADS = 3;

  private static final int COMPARED = 3;

  private Judgement() {}

  /** Failed samples that nothing explains, and their absence where there was no sample to fail. */
  static List<String> ofSamples(List<Sample> samples, Explanations explanations) {
    List<String> broken = new ArrayList<>();
    List<Sample> unexplained =
        samples.stream()
            .filter(sample -> !sample.success() && explanations.of(sample).isEmpty())
            .toList();
    unexplained.stream()
        .limit(20)
        .forEach(
            sample ->
                broken.add(
                    String.join(
                        " ",
                        "no fault explains",
                        sample.label(),
                        Long.toString(sample.start()),
                        "+" + sample.elapsed() + " ms:",
                        sample.code(),
                        sample.message())));
    if (unexplained.size() > 20) {
      broken.add(unexplained.size() + " failed samples without an explanation in all");
    }
    long undisturbed = samples.stream().filter(explanations::isUndisturbed).count();
    if (undisturbed * 10 < samples.size() || undisturbed == 0) {
      broken.add("only " + undisturbed + " of " + samples.size() + " samples at undisturbed times");
    }
    return broken;
  }

  /** How often which explanation was the first. */
  static Map<String, Long> explained(List<Sample> samples, Explanations explanations) {
    return samples.stream()
        .filter(sample -> !sample.success())
        .collect(
            Collectors.groupingBy(
                sample -> explanations.of(sample).orElse("none"),
                TreeMap::new,
                Collectors.counting()));
  }

  /** What the JVM holds in the end beyond what it held after the warm-up. */
  static List<String> ofFootprint(List<Run> runs) {
    if (runs.size() < LEAST_RUNS) {
      return List.of("only " + runs.size() + " runs: too few to compare their footprints");
    }
    List<String> broken = new ArrayList<>();
    grown(broken, runs, "heap", Footprint::heap, MOST_HEAP_GROWTH);
    grown(broken, runs, "resident memory", Footprint::resident, MOST_RESIDENT_GROWTH);
    grown(broken, runs, "threads", Footprint::threads, MOST_MORE_THREADS);
    return broken;
  }

  private static void grown(
      List<String> broken, List<Run> runs, String what, ToLongFunction<Footprint> of, long most) {
    long before = afterWarmUp(runs, of);
    long after = atTheEnd(runs, of);
    if (after - before > most) {
      broken.add(what + " grew from " + before + " to " + after);
    }
  }

  /** The median of three runs after the first quarter. */
  static long afterWarmUp(List<Run> runs, ToLongFunction<Footprint> of) {
    int first = Math.max(2, runs.size() / 4);
    return median(runs.subList(first, first + COMPARED), of);
  }

  /** The median of the last three runs. */
  static long atTheEnd(List<Run> runs, ToLongFunction<Footprint> of) {
    return median(runs.subList(runs.size() - COMPARED, runs.size()), of);
  }

  private static long median(List<Run> runs, ToLongFunction<Footprint> of) {
    return runs.stream().map(Run::after).mapToLong(of).sorted().toArray()[runs.size() / 2];
  }
}
