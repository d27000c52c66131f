package io.tollgate.cli;

import io.tollgate.cli.findings.Evidence;
import io.tollgate.cli.jtl.JtlSample;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reads all files of a run together, in the order in which samples ended, and tells apart the runs
 * in them: JMeter appends to a result file that is there already.
 */
final class RunSplitter {
  /** In a run something happens at least so often; nor is it a run that began before the first. */
  private static final long PAUSE_MILLIS = 5 * 60_000;

  /** A plan that pauses long does so again and again. */
  private static final int TIMES_LONGER = 10;

  /** Two samples have one pause between them. */
  private static final int FEWEST = 2;

  private final List<ResultSource> sources;
  private final Supplier<Evidence> newEvidence;
  private final Consumer<Evidence> ended;
  private final boolean timed;
  private final Progress progress;
  private Evidence evidence;
  private long count;
  private long first;
  private long last;
  private long longest;

  RunSplitter(
      List<ResultSource> sources,
      boolean timed,
      Supplier<Evidence> newEvidence,
      Consumer<Evidence> ended,
      Progress progress) {
    this.sources = sources;
    this.timed = timed;
    this.newEvidence = newEvidence;
    this.ended = ended;
    this.progress = progress;
  }

  void read() {
    if (sources.size() == 1) {
      for (JtlSample s = take(0); s != null; s = take(0)) {
        accept(s, 0);
      }
    } else {
      merge();
    }
    if (evidence != null) {
      ended.accept(evidence);
    }
  }

  private void merge() {
    PriorityQueue<Integer> next =
        new PriorityQueue<>((a, b) -> Long.compare(endOfNext(a), endOfNext(b)));
    for (int i = 0; i < sources.size(); i++) {
      if (sources.get(i).file.peek() != null) {
        next.add(i);
      }
    }
    while (!next.isEmpty()) {
      int source = next.poll();
      accept(take(source), source);
      if (sources.get(source).file.peek() != null) {
        next.add(source);
      }
    }
  }

  private long endOfNext(int source) {
    return sources.get(source).file.peek().end;
  }

  private JtlSample take(int source) {
    return sources.get(source).file.take();
  }

  private void accept(JtlSample sample, int source) {
    if (evidence == null || timed && isOfAnotherRun(sample)) {
      if (evidence != null) {
        ended.accept(evidence);
      }
      evidence = newEvidence.get();
      count = 0;
      first = sample.start;
      last = sample.end;
      longest = 0;
    }
    if (count > 0) {
      longest = Math.max(longest, sample.start - last);
    }
    count++;
    first = Math.min(first, sample.start);
    last = Math.max(last, sample.end);
    evidence.accept(sample, sources.get(source).injector());
    progress.sampleRead();
  }

  private boolean isOfAnotherRun(JtlSample sample) {
    long pause = sample.start - last;
    return count >= FEWEST && pause >= PAUSE_MILLIS && pause >= TIMES_LONGER * longest
        || sample.end < first - PAUSE_MILLIS;
  }
}
