package io.tollgate.cli.findings;

import io.tollgate.cli.findings.Finding.Kind;
import io.tollgate.cli.findings.SampleCounts.Series;
import io.tollgate.text.Counts;
import java.util.List;

/** What 429s say, and whether anybody listens. */
final class LimitRules {
  /** Quiet of this length ends a burst of 429s: most servers count by the second. */
  private static final long QUIET_MILLIS = 500;

  /** Slices of the timeline in which a server that has just reopened is looked at. */
  private static final int AFTER = 6;

  /** Threads that had not heard yet. */
  private static final long UNHEARD = 10;

  private final Evidence evidence;
  private final SampleTimes throttled;

  LimitRules(Evidence evidence) {
    this.evidence = evidence;
    this.throttled = evidence.throttled.sort();
  }

  void look(List<Finding> findings) {
    if (throttled.size() == 0) {
      return;
    }
    List<Burst> bursts = Burst.of(throttled, evidence.close(QUIET_MILLIS), 1);
    if (evidence.waits.ignored > UNHEARD) {
      findings.add(ignored());
    } else if (evidence.waits.named == 0 && isMuch()) {
      findings.add(throttled(bursts));
    }
    if (!evidence.facts().timed || evidence.facts().resolution > evidence.timeline.width()) {
      return;
    }
    int herds = 0;
    long first = 0;
    double worst = 0;
    for (Burst burst : bursts) {
      double herd = herdAfter(burst.to);
      if (herd >= 0.5) {
        herds++;
        first = first == 0 ? burst.to : first;
        worst = Math.max(worst, herd);
      }
    }
    if (herds > 0) {
      findings.add(herd(herds, first, worst));
    }
  }

  /** A limit that is met now and then does its work. */
  private boolean isMuch() {
    long all = throttled.all();
    return all >= 20 || all >= 5 && all * 100 >= evidence.samples;
  }

  private Finding ignored() {
    return new Finding(
        Kind.RETRY_AFTER_IGNORED,
        throttled.start(0),
        FindingText.of("ignored.title"),
        FindingText.of("ignored.helps"),
        FindingText.of("ignored.seen", evidence.waits.named, evidence.waits.ignored));
  }

  private Finding throttled(List<Burst> bursts) {
    Burst largest = Burst.largest(bursts);
    return new Finding(
        Kind.THROTTLED,
        throttled.start(0),
        FindingText.of("throttled.title"),
        FindingText.of("throttled.helps"),
        evidence.facts().timed
            ? FindingText.of(
                "throttled.bursts",
                throttled.all(),
                bursts.size(),
                largest.count,
                FindingText.duration(largest.length()),
                evidence.when(largest.from))
            : FindingText.of("throttled.seen", throttled.all()),
        FindingText.of(evidence.waits.named > 0 ? "waits.kept" : "waits.unknown"));
  }

  private Finding herd(int herds, long first, double worst) {
    return new Finding(
        Kind.HERD,
        first,
        FindingText.of("herd.title"),
        FindingText.of("herd.helps"),
        FindingText.of(
            "herd.seen",
            FindingText.times(herds),
            Counts.percent(worst, 1),
            FindingText.duration(AFTER * evidence.timeline.width()),
            FindingText.duration(evidence.timeline.width())));
  }

  /**
   * Of what begins in the first moments after the quiet that follows a burst, the share that begins
   * in the very first. 0 if there was no quiet, or no request came.
   */
  private double herdAfter(long at) {
    SampleCounts line = evidence.timeline;
    if (line.width() > 100) {
      return 0; // too long a run to see it
    }
    double usual = (double) evidence.samples / Math.max(1, line.size());
    int quiet = 0;
    for (int i = 0; i + AFTER <= line.size(); i++) {
      if (line.from(i) + line.width() <= at) {
        continue;
      }
      if (line.from(i) > at + 30_000) {
        return 0;
      }
      long begun = line.get(Series.BEGUN, i);
      if (begun <= usual / 2) {
        quiet++;
      } else if (quiet < 3) {
        quiet = 0;
      } else {
        return begun < 20 ? 0 : share(line, i);
      }
    }
    return 0;
  }

  /** What begins at the edge of two slices is in one moment all the same. */
  private static double share(SampleCounts line, int from) {
    double all = 0;
    for (int i = from; i < from + AFTER; i++) {
      all += line.get(Series.BEGUN, i);
    }
    return line.get(Series.BEGUN, from) / all;
  }
}
