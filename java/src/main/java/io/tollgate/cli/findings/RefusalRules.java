package io.tollgate.cli.findings;

import io.tollgate.cli.findings.Finding.Kind;
import io.tollgate.cli.findings.SampleCounts.Series;
import io.tollgate.text.Counts;
import io.tollgate.text.Durations;
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
        (evidence.facts().timed ? "From " + evidence.when(tail.from) + " on" : "At the end")
            + " every sample is answered 401",
        "The token ended or was revoked, and nothing fetched another. Fetch it anew ahead of its"
            + " end, and after a 401.",
        Finding.sentence(
            "The last %s samples were answered 401; none was good after them.",
            Counts.grouped(tail.count)),
        afterFetches("It began after a token request", tail.from, tail.from));
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
        "Some threads go on with a dead token",
        "Read the token when it is sent and not when the thread begins: a header in a variable is"
            + " as old as the variable (authorize(sampler) reads it anew each time).",
        Finding.sentence(
            "%s %s answered 401 for %s from %s on, %s times, while others were let in.",
            evidence.facts().threaded ? largest.threads : "Some",
            largest.threads == 1 ? "thread was" : "threads were",
            Durations.of(largest.length()),
            evidence.when(largest.from),
            Counts.grouped(largest.count)));
  }

  private Finding neverAuthorized() {
    return new Finding(
        Kind.NEVER_AUTHORIZED,
        refused.start(0),
        "No request was ever let in",
        "Look at what the token endpoint answers: java -jar … check. A 429 there means wait; a 401,"
            + " a wrong client.",
        Finding.sentence(
            "%s of %s samples were answered 401%s; %s were good.",
            Counts.grouped(refused.all()),
            Counts.grouped(evidence.api),
            evidence.facts().timed
                ? ", from " + evidence.when(refused.start(0)) + " to the end"
                : "",
            Counts.grouped(evidence.apiGood)));
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
          "From " + evidence.when(state.from) + " on tokens are dead, and stay dead",
          "Most often the plan itself: where each new token kills the one before, threads that"
              + " fetch on every 401 kill each other's. Or a refresh token was used twice. One"
              + " writer ends both.",
          Finding.sentence(
              "%s samples%s were answered 401 from then to the end of the run; no new token changed"
                  + " that.",
              Counts.grouped(state.count), evidence.ofThreads(state.threads)),
          afterFetches("It began after token requests", state.from, state.from));
    }
    return new Finding(
        Kind.REVOKED_IN_USE,
        state.from,
        "Tokens die while they are in use",
        "Where each new token kills the one before, every fetch of one thread is a 401 for all"
            + " others: one writer, and as few fetches as can be (refresh=late, refresh=drain).",
        Finding.sentence(
            "From %s for %s, %s of all samples were answered 401: %s%s, and good ones between"
                + " them.",
            evidence.when(state.from),
            Durations.of(state.length()),
            share,
            Counts.grouped(state.count),
            evidence.ofThreads(state.threads)),
        afterFetches("They follow token requests", state.from, state.to));
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
        Finding.sentence(
            "The largest: %s samples%s within %s, at %s.",
            Counts.grouped(largest.count),
            evidence.ofThreads(largest.threads),
            Durations.of(largest.length()),
            evidence.when(largest.from));
    if (silent > 0) {
      findings.add(
          new Finding(
              Kind.STALLED,
              waves.get(0).from,
              "All threads fall silent, and fail together",
              "Threads that wait for a token of their own, all at once, and go on without one. One"
                  + " token for all of them, fetched while the old one still serves.",
              Finding.sentence(
                  "%s, no sample began for a second or more, and then a quarter of all threads or"
                      + " more were answered 401.",
                  Counts.times(silent)),
              largestOne));
    }
    Period rhythm = Period.of(waves);
    String fetches =
        evidence.tokens.size() == 0
            ? afterFetches("", 0, 0)
            : Finding.sentence(
                "Of %d, %d came within %s of a token request: %s.",
                waves.size(),
                after,
                Durations.of(BEFORE_MILLIS),
                after * 2 >= waves.size()
                    ? "the refresh itself revokes the token that others still send"
                    : "no refresh of this plan explains them");
    String count =
        Finding.sentence(
            "%s, %s samples in all.",
            waves.size() == 1 ? "One wave" : waves.size() + " waves",
            Counts.grouped(Burst.sum(waves)));
    String another = byAnotherFile(waves);
    if (another != null) {
      fetches = fetches + " " + another;
    }
    if (rhythm != null) {
      findings.add(
          new Finding(
              Kind.EXPIRY,
              waves.get(0).from,
              "401s in waves, every " + Durations.of(rhythm.interval),
              "That is how long a token serves here. Refresh ahead of its end, and where a new"
                  + " token kills the old one, as late as is safe (refresh=late, refresh=drain).",
              count,
              largestOne,
              fetches));
    } else if (silent < waves.size()) {
      findings.add(
          new Finding(
              Kind.WAVES_OF_401,
              waves.get(0).from,
              "401s in waves",
              "A token ends, or is revoked, while many threads use it. Report each 401 to what"
                  + " fetches tokens: the first brings a new one, the others find it.",
              count,
              largestOne,
              fetches));
    }
  }

  private String afterFetches(String sentence, long from, long to) {
    return evidence.tokens.size() == 0
        ? "The file has no token requests, so it can't be seen whether a refresh came before."
        : fetchedBetween(from - BEFORE_MILLIS, to)
            ? sentence + " of this very plan."
            : "No token request of this plan came before.";
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
        : Finding.sentence(
            "Of %d waves, %d came within %s of a token request of another file, the first of %s: a"
                + " token that one machine fetches may revoke that of another.",
            waves.size(), count, Durations.of(BEFORE_MILLIS), first.name());
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
