package io.tollgate.cli.findings;

import io.tollgate.cli.findings.Finding.Kind;
import io.tollgate.cli.findings.SampleCounts.Series;
import io.tollgate.text.Counts;
import java.util.ArrayList;
import java.util.List;

/** What the API's 401s say: when they come, whom they hit, and what came before. */
final class RefusalRules {
  /** Quiet of this length parts two waves. */
  private static final long QUIET_MILLIS = 250;

  /** Fewer are strays: a token that ended on its way. */
  private static final int CROWD = 5;

  /** A wave that lasts longer is no wave but a state. */
  private static final long STATE_MILLIS = 1_500;

  /** A refresh kills tokens at once; what comes later has another reason. */
  private static final long BEFORE_MILLIS = 2_000;

  /** Of token requests that began before a wave, so many are looked at. */
  private static final int LOOKED_BACK = 1_000;

  /** Without any sample so long: threads wait for something. */
  private static final long SILENCE_MILLIS = 1_000;

  private final Evidence evidence;
  private final SampleTimes refused;

  RefusalRules(Evidence evidence) {
    this.evidence = evidence;
    this.refused = evidence.refused.sort();
  }

  void look(List<Finding> findings) {
    if (refused.size() == 0) {
      return;
    }
    if (refused.all() >= 10 && evidence.apiGood * 50 < evidence.api) {
      findings.add(neverAuthorized());
      return;
    }
    boolean tail = isTail();
    if (!evidence.facts().timed) {
      if (tail) {
        findings.add(tail());
      }
      return;
    }
    int least = least();
    List<Burst> waves = new ArrayList<>();
    List<Burst> states = new ArrayList<>();
    List<Burst> stale = new ArrayList<>();
    for (Burst wave : Burst.of(refused, evidence.close(QUIET_MILLIS), least)) {
      if (wave.length() <= STATE_MILLIS || wave.length() * 7 < evidence.length()) {
        waves.add(wave);
      } else if (wave.threads * 4 < evidence.threads()) {
        stale.add(wave);
      } else {
        (share(wave.from, wave.to) > 0.3 ? states : waves).add(wave);
      }
    }
    if (!states.isEmpty()) {
      findings.add(state(Burst.largest(states)));
    } else if (tail) {
      waves.removeIf(wave -> wave.to >= evidence.tail.from);
      findings.add(tail());
    }
    if (!stale.isEmpty()) {
      findings.add(stale(stale));
    }
    if (!waves.isEmpty()) {
      waves(findings, waves);
    }
  }

  /** Whether the run ends with 401s and nothing else, for longer than a refresh takes. */
  private boolean isTail() {
    RefusedTail tail = evidence.tail;
    long length = evidence.last - tail.from;
    return tail.count >= CROWD
        && evidence.apiGood > 0
        && tail.others * 10 <= tail.count
        && (!evidence.facts().timed
            || length * 10 >= evidence.length() && length >= 2 * QUIET_MILLIS
            || length > BEFORE_MILLIS);
  }

  private Finding tail() {
    RefusedTail tail = evidence.tail;
    return new Finding(
        Kind.REFUSED_TO_THE_END,
        tail.from,
        evidence.facts().timed
            ? FindingText.of("tail.from", evidence.when(tail.from))
            : FindingText.of("tail.title"),
        FindingText.of("tail.helps"),
        FindingText.of("tail.seen", tail.count),
        afterFetches("fetches.began", tail.from, tail.from));
  }

  /** In a large plan chance brings more together than in a small one. */
  private int least() {
    int threads = evidence.threads();
    return threads < 2 * CROWD ? Math.max(2, threads / 2) : Math.max(CROWD, threads / 20);
  }

  private Finding stale(List<Burst> stale) {
    Burst largest = Burst.largest(stale);
    return new Finding(
        Kind.STALE_TOKEN,
        stale.get(0).from,
        FindingText.of("stale.title"),
        FindingText.of("stale.helps"),
        evidence.facts().threaded
            ? FindingText.counted(
                "stale.seen",
                largest.threads,
                FindingText.duration(largest.length()),
                evidence.when(largest.from),
                largest.count)
            : FindingText.of(
                "stale.some",
                FindingText.duration(largest.length()),
                evidence.when(largest.from),
                largest.count));
  }

  private Finding neverAuthorized() {
    return new Finding(
        Kind.NEVER_AUTHORIZED,
        refused.start(0),
        FindingText.of("never.title"),
        FindingText.of("never.helps"),
        FindingText.of(
            "never.seen",
            refused.all(),
            evidence.api,
            evidence.facts().timed
                ? FindingText.of("never.from", evidence.when(refused.start(0)))
                : "",
            evidence.apiGood));
  }

  private Finding state(Burst state) {
    long lastQuarter = state.to - state.length() / 4;
    long good = evidence.timeline.between(Series.GOOD, lastQuarter, state.to);
    long bad = evidence.timeline.between(Series.REFUSED, lastQuarter, state.to);
    boolean toTheEnd = state.to > evidence.last - 1_000;
    String share = Counts.percent(share(state.from, state.to), 1);
    if (good * 100 < bad && toTheEnd) {
      return new Finding(
          Kind.REFUSED_TO_THE_END,
          state.from,
          FindingText.of("dead.title", evidence.when(state.from)),
          FindingText.of("dead.helps"),
          FindingText.of("dead.seen", state.count, evidence.ofThreads(state.threads)),
          afterFetches("fetches.began_several", state.from, state.from));
    }
    return new Finding(
        Kind.REVOKED_IN_USE,
        state.from,
        FindingText.of("in_use.title"),
        FindingText.of("in_use.helps"),
        FindingText.of(
            "in_use.seen",
            evidence.when(state.from),
            FindingText.duration(state.length()),
            share,
            state.count,
            evidence.ofThreads(state.threads)),
        afterFetches("fetches.follow", state.from, state.to));
  }

  private void waves(List<Finding> findings, List<Burst> waves) {
    Burst largest = Burst.largest(waves);
    int after = 0;
    int silent = 0;
    for (Burst wave : waves) {
      after += fetchedBetween(wave.from - BEFORE_MILLIS, wave.to) ? 1 : 0;
      silent += wave.threads * 4 >= evidence.threads() && silenceBefore(wave.from) ? 1 : 0;
    }
    String largestOne =
        FindingText.of(
            "waves.largest",
            largest.count,
            evidence.ofThreads(largest.threads),
            FindingText.duration(largest.length()),
            evidence.when(largest.from));
    if (silent > 0) {
      findings.add(
          new Finding(
              Kind.STALLED,
              waves.get(0).from,
              FindingText.of("stalled.title"),
              FindingText.of("stalled.helps"),
              FindingText.of("stalled.seen", FindingText.times(silent)),
              largestOne));
    }
    Period rhythm = Period.of(waves);
    String fetches =
        evidence.tokens.size() == 0
            ? FindingText.of("fetches.unknown")
            : FindingText.of(
                after * 2 >= waves.size() ? "waves.by_refresh" : "waves.by_none",
                waves.size(),
                after,
                FindingText.duration(BEFORE_MILLIS));
    String count = FindingText.counted("waves.count", waves.size(), Burst.sum(waves));
    String another = byAnotherFile(waves);
    if (another != null) {
      fetches = fetches + " " + another;
    }
    if (rhythm != null) {
      findings.add(
          new Finding(
              Kind.EXPIRY,
              waves.get(0).from,
              FindingText.of("expiry.title", FindingText.duration(rhythm.interval)),
              FindingText.of("expiry.helps"),
              count,
              largestOne,
              fetches));
    } else if (silent < waves.size()) {
      findings.add(
          new Finding(
              Kind.WAVES_OF_401,
              waves.get(0).from,
              FindingText.of("waves.title"),
              FindingText.of("waves.helps"),
              count,
              largestOne,
              fetches));
    }
  }

  /** Says what of token requests came before, by the key for what it was if some did. */
  private String afterFetches(String key, long from, long to) {
    return FindingText.of(
        evidence.tokens.size() == 0
            ? "fetches.unknown"
            : fetchedBetween(from - BEFORE_MILLIS, to) ? key : "fetches.none");
  }

  private boolean fetchedBetween(long from, long to) {
    return fetchBetween(from, to, null) != null;
  }

  /**
   * A token request in flight within a span, of a file other than one; {@code null} if none was.
   */
  private Injector fetchBetween(long from, long to, Injector other) {
    int last = evidence.tokens.after(to) - 1;
    for (int i = last; i >= Math.max(0, last - LOOKED_BACK); i--) {
      if (evidence.tokens.end(i) >= from) {
        Injector asked = evidence.injectorOf(evidence.tokens.thread(i));
        if (other == null || asked != null && asked != other) {
          return asked == null ? evidence.injectors().get(0) : asked;
        }
      }
    }
    return null;
  }

  /** Where one machine of a run revokes the tokens of the others; {@code null} if none does. */
  private String byAnotherFile(List<Burst> waves) {
    int count = 0;
    Injector first = null;
    for (Burst wave : waves) {
      Injector refused = evidence.injectorOf(wave.firstThread);
      Injector asked =
          refused == null ? null : fetchBetween(wave.from - BEFORE_MILLIS, wave.to, refused);
      if (asked != null) {
        count++;
        first = first == null ? asked : first;
      }
    }
    return count == 0
        ? null
        : FindingText.of(
            "waves.by_another",
            waves.size(),
            count,
            FindingText.duration(BEFORE_MILLIS),
            first.name());
  }

  private double share(long from, long to) {
    double all = 0;
    for (Series series :
        new Series[] {Series.GOOD, Series.REFUSED, Series.THROTTLED, Series.OTHER}) {
      all += evidence.timeline.between(series, from, to);
    }
    return all == 0 ? 0 : evidence.timeline.between(Series.REFUSED, from, to) / all;
  }

  /** Whether nothing began for a while, until shortly before. */
  private boolean silenceBefore(long at) {
    SampleCounts line = evidence.timeline;
    if (line.width() > SILENCE_MILLIS / 4) {
      return false; // too long a run to see it
    }
    long silent = 0;
    long longest = 0;
    for (int i = 0; i < line.size() && line.from(i) < at; i++) {
      if (line.from(i) < Math.max(evidence.first, at - 10 * SILENCE_MILLIS)) {
        continue;
      }
      silent = line.get(Series.BEGUN, i) == 0 ? silent + line.width() : 0;
      longest = Math.max(longest, silent);
    }
    return longest >= SILENCE_MILLIS;
  }
}
