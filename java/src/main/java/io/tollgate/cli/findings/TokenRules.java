package io.tollgate.cli.findings;

import io.tollgate.cli.findings.Finding.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What the token requests of the file say, if it has any. */
final class TokenRules {
  /** Requests of threads that know nothing of each other are seldom so close. */
  private static final long CLOSE_MILLIS = 100;

  /** So many threads at once are no chance. */
  private static final int CROWD = 5;

  private static final Pattern OF_REFRESH =
      Pattern.compile("(?i).*(refresh[ _-]?token|invalid_grant|refresh).*");

  private final Evidence evidence;
  private final SampleTimes tokens;

  TokenRules(Evidence evidence) {
    this.evidence = evidence;
    this.tokens = evidence.tokens.sort();
  }

  void look(List<Finding> findings) {
    if (tokens.size() == 0) {
      return;
    }
    refusals(findings);
    withoutToken(findings);
    if (!evidence.facts().timed) {
      return;
    }
    long close = evidence.close(CLOSE_MILLIS);
    List<Burst> crowds = Burst.of(tokens, close, CROWD, close);
    int duplicates = overlapping();
    if (!crowds.isEmpty()) {
      findings.add(stampede(crowds, duplicates));
      Period rhythm = Period.of(crowds);
      if (rhythm != null && rhythm.byTheClock) {
        findings.add(onTheMark(crowds, rhythm));
      }
    } else if (duplicates >= 2) {
      findings.add(duplicates(duplicates));
    }
  }

  /** Cause before symptom: what the threads did before they were refused. */
  private void withoutToken(List<Finding> findings) {
    WithoutToken without = evidence.withoutToken;
    if (without.count == 0) {
      return;
    }
    long all = evidence.refused.all() + (evidence.facts().threaded ? without.refused : 0);
    List<String> seen = new ArrayList<>();
    seen.add(
        evidence.facts().threaded
            ? FindingText.counted(
                "without.threads",
                without.threads(),
                without.count,
                without.refused,
                all,
                evidence.firstAt(without.firstRefused))
            : FindingText.of(
                "without.unnamed",
                without.failedBefore,
                without.failedBefore + without.grantedBefore,
                without.refused,
                evidence.firstAt(without.firstRefused)));
    seen.add(
        FindingText.of(
            "without.requests",
            tokens.all() - tokens.allGood(),
            tokens.all(),
            evidence.firstAt(firstFailed())));
    words(seen);
    findings.add(
        new Finding(
            Kind.WITHOUT_TOKEN,
            without.firstCause,
            FindingText.of("without.title"),
            FindingText.of(
                "without.helps", FailureRules.next(evidence.tokenFailures.byCount().get(0))),
            seen.toArray(new String[0])));
  }

  private long firstFailed() {
    for (int i = 0; i < tokens.size(); i++) {
      if (!tokens.isGood(i)) {
        return tokens.start(i);
      }
    }
    return evidence.first();
  }

  /** What token requests failed with, the most frequent first. */
  private void words(List<String> seen) {
    int shown = 0;
    for (FailureKinds.Failures each : evidence.tokenFailures.byCount()) {
      if (shown++ < 3) {
        seen.add(FindingText.of("failure", each.count, each.words));
      }
    }
  }

  private Finding stampede(List<Burst> crowds, int duplicates) {
    Burst largest = Burst.largest(crowds);
    return new Finding(
        Kind.STAMPEDE,
        crowds.get(0).from,
        FindingText.of("stampede.title"),
        FindingText.of("stampede.helps"),
        FindingText.of(
            evidence.facts().threaded ? "stampede.threads" : "stampede.requests",
            FindingText.times(crowds.size()),
            CROWD,
            FindingText.duration(evidence.close(CLOSE_MILLIS)),
            Burst.sum(crowds),
            tokens.all()),
        FindingText.of(
            "stampede.largest",
            largest.count,
            evidence.ofThreads(largest.threads),
            FindingText.duration(largest.length()),
            evidence.when(largest.from),
            largest.good),
        FindingText.of("stampede.needless", duplicates));
  }

  private Finding onTheMark(List<Burst> crowds, Period rhythm) {
    return new Finding(
        Kind.ON_THE_MARK,
        crowds.get(0).from,
        rhythm.isOfMinutes()
            ? FindingText.of("mark.minutes")
            : FindingText.of("mark.title", FindingText.duration(rhythm.interval)),
        FindingText.of("mark.helps"),
        FindingText.of("mark.seen", crowds.size(), FindingText.duration(rhythm.interval)));
  }

  private Finding duplicates(int duplicates) {
    return new Finding(
        Kind.DUPLICATES,
        evidence.first(),
        FindingText.of("duplicates.title"),
        FindingText.of("duplicates.helps"),
        FindingText.of("duplicates.seen", duplicates, tokens.all()));
  }

  /** Requests that began while another thread's was in flight. Tollgate's own are one thread's. */
  private int overlapping() {
    int overlapping = 0;
    long busyUntil = Long.MIN_VALUE;
    int busy = -1;
    for (int i = 0; i < tokens.size(); i++) {
      overlapping += tokens.start(i) < busyUntil && tokens.thread(i) != busy ? 1 : 0;
      if (tokens.end(i) > busyUntil) {
        busyUntil = tokens.end(i);
        busy = tokens.thread(i);
      }
    }
    return overlapping;
  }

  private void refusals(List<Finding> findings) {
    long failed = tokens.all() - tokens.allGood();
    if (failed == 0) {
      return;
    }
    long first = firstFailed();
    List<String> seen = new ArrayList<>();
    seen.add(FindingText.of("requests_fail.seen", failed, tokens.all(), evidence.firstAt(first)));
    words(seen);
    boolean refresh =
        evidence.tokenFailures.byCount().stream()
            .anyMatch(each -> OF_REFRESH.matcher(each.words).matches());
    if (!refresh && evidence.withoutToken.count > 0) {
      return; // said with what it led to
    }
    String[] sentences = seen.toArray(new String[0]);
    findings.add(
        refresh
            ? new Finding(
                Kind.REFRESH_REFUSED,
                first,
                FindingText.of("refresh_refused.title"),
                FindingText.of("refresh_refused.helps"),
                sentences)
            : new Finding(
                Kind.TOKEN_REQUESTS_FAIL,
                first,
                FindingText.of("requests_fail.title"),
                FindingText.of("requests_fail.helps"),
                sentences));
  }
}
