package io.tollgate.cli.findings;

import io.tollgate.cli.findings.Finding.Kind;
import io.tollgate.text.Counts;
import io.tollgate.text.Durations;
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
            ? Finding.sentence(
                "%s had no token, since their token request failed, and went on: %s samples were"
                    + " refused, among them %s of the %s answered 401%s.",
                without.threads() == 1 ? "One thread" : without.threads() + " threads",
                Counts.grouped(without.count),
                Counts.grouped(without.refused),
                Counts.grouped(all),
                evidence.firstAt(without.firstRefused))
            : Finding.sentence(
                "%s of the %s token requests before the first 401 had failed; %s samples were"
                    + " answered 401%s. The file does not name threads, so which of them went on"
                    + " without a token is not known.",
                Counts.grouped(without.failedBefore),
                Counts.grouped(without.failedBefore + without.grantedBefore),
                Counts.grouped(without.refused),
                evidence.firstAt(without.firstRefused)));
    seen.add(
        Finding.sentence(
            "%s of %s token requests failed%s. With what:",
            Counts.grouped(tokens.all() - tokens.allGood()),
            Counts.grouped(tokens.all()),
            evidence.firstAt(firstFailed())));
    words(seen);
    findings.add(
        new Finding(
            Kind.WITHOUT_TOKEN,
            without.firstCause,
            "Threads go on without a token after their token request failed",
            "The 401s are not the problem, the token requests are: "
                + FailureRules.next(evidence.tokenFailures.byCount().get(0))
                + " And let a thread that has no token not go on (the Thread Group's action after a"
                + " sampler error).",
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
        seen.add(Counts.grouped(each.count) + " × " + each.words);
      }
    }
  }

  private Finding stampede(List<Burst> crowds, int duplicates) {
    Burst largest = Burst.largest(crowds);
    return new Finding(
        Kind.STAMPEDE,
        crowds.get(0).from,
        "Many threads ask for a token at once",
        "One token for all of them, fetched ahead of its end by one writer: threads that read do"
            + " not ask.",
        Finding.sentence(
            "%s, %d or more %s within %s of each other: %s of the %s token requests.",
            Counts.times(crowds.size()),
            CROWD,
            evidence.facts().threaded ? "threads asked" : "token requests began",
            Durations.of(evidence.close(CLOSE_MILLIS)),
            Counts.grouped(Burst.sum(crowds)),
            Counts.grouped(tokens.all())),
        Finding.sentence(
            "The largest crowd: %s requests%s in %s, at %s; %s of them were granted.",
            Counts.grouped(largest.count),
            evidence.ofThreads(largest.threads),
            Durations.of(largest.length()),
            evidence.when(largest.from),
            Counts.grouped(largest.good)),
        Finding.sentence(
            "%s token requests began while another was in flight. For one client or user, each of"
                + " them was needless.",
            Counts.grouped(duplicates)));
  }

  private Finding onTheMark(List<Burst> crowds, Period rhythm) {
    return new Finding(
        Kind.ON_THE_MARK,
        crowds.get(0).from,
        rhythm.isOfMinutes()
            ? "Token requests cluster on the minute"
            : "Token requests cluster where the clock strikes, every "
                + Durations.of(rhythm.interval),
        "Refresh by the age of the token and not by the clock on the wall, and keep a distance"
            + " between requests (token_request_spacing).",
        Finding.sentence(
            "%d crowds begin at whole multiples of %s: every thread looks at the same clock.",
            crowds.size(), Durations.of(rhythm.interval)));
  }

  private Finding duplicates(int duplicates) {
    return new Finding(
        Kind.DUPLICATES,
        evidence.first(),
        "Token requests overlap",
        "One writer for each client and user.",
        Finding.sentence(
            "%s of %s token requests began while another was in flight. If they were for different"
                + " users, that is as it should be; for one client each of them was needless.",
            Counts.grouped(duplicates), Counts.grouped(tokens.all())));
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
    seen.add(
        Finding.sentence(
            "%s of %s token requests failed%s. In the server's words:",
            Counts.grouped(failed), Counts.grouped(tokens.all()), evidence.firstAt(first)));
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
                "Refresh tokens are refused",
                "A server that rotates refresh tokens takes the second use of one for a theft. One"
                    + " writer for each user never sends one twice.",
                sentences)
            : new Finding(
                Kind.TOKEN_REQUESTS_FAIL,
                first,
                "Token requests fail",
                "Try the same settings once, alone: java -jar … check.",
                sentences));
  }
}
