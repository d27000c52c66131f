package io.tollgate.tests;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How one contender fared: what the server counted, and what JMeter recorded. */
record Outcome(Contender contender, Counts counts, FinishedRun run) {
  Results results() {
    return run.results();
  }

  long longestStall() {
    return results().longestStall(run.startMillis());
  }

  /** What Tollgate promises of such a run and this outcome broke; empty if nothing. */
  List<String> brokenPromises(Duration lifetime, Duration load) {
    List<String> broken = new ArrayList<>();
    if (run.exitCode() != 0) {
      broken.add("JMeter ended with " + run.exitCode());
    }
    if (results().count() == 0) {
      broken.add("no samples");
    }
    if (counts.avoidable() > 0) {
      broken.add(counts.avoidable() + " avoidable 401s");
    }
    if (counts.unauthenticated() > 0) {
      broken.add(counts.unauthenticated() + " requests without a token");
    }
    if (results().failed().size() > counts.unavoidable()) {
      broken.add(
          results().failed().size()
              + " failed samples, but only "
              + counts.unavoidable()
              + " unavoidable 401s: "
              + results().failures());
    }
    long bound = MintBound.of(load, lifetime, 0);
    if (counts.minted() > bound) {
      broken.add(counts.minted() + " tokens minted, where " + bound + " would do");
    }
    if (counts.insideRetryAfter() > 0) {
      broken.add(counts.insideRetryAfter() + " token requests inside Retry-After");
    }
    return broken;
  }
}
