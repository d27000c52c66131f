package io.tollgate.cli.findings;

import io.tollgate.cli.findings.Finding.Kind;
import io.tollgate.text.Counts;
import io.tollgate.text.Durations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    List<Burst> crowds = Burst.of(tokens, CLOSE_MILLIS, CROWD);
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
    refusals(findings);
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
            "%s, %d or more threads asked within %s of each other: %s of the %s token requests.",
            Counts.times(crowds.size()),
            CROWD,
            Durations.of(CLOSE_MILLIS),
            Counts.grouped(Burst.sum(crowds)),
            Counts.grouped(tokens.all())),
        Finding.sentence(
            "The largest crowd: %s requests of %s threads in %s, at %s; %s of them were granted.",
            Counts.grouped(largest.count),
            Counts.grouped(largest.threads),
            Durations.of(largest.length()),
            evidence.when(largest.from),
            Counts.grouped(largest.good)),
        Finding.sentence(
            "%s token requests began while another was under way. For one client or user, each of"
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
            "%s of %s token requests began while another was under way. If they were for different"
                + " users, that is as it should be; for one client each of them was needless.",
            Counts.grouped(duplicates), Counts.grouped(tokens.all())));
  }

  private int overlapping() {
    int overlapping = 0;
    long busyUntil = Long.MIN_VALUE;
    for (int i = 0; i < tokens.size(); i++) {
      overlapping += tokens.start(i) < busyUntil ? 1 : 0;
      busyUntil = Math.max(busyUntil, tokens.end(i));
    }
    return overlapping;
  }

  private void refusals(List<Finding> findings) {
    long failed = tokens.all() - tokens.allGood();
    if (failed == 0) {
      return;
    }
    long first = evidence.first();
    for (int i = 0; i < tokens.size(); i++) {
      if (!tokens.isGood(i)) {
        first = tokens.start(i);
        break;
      }
    }
    List<String> seen = new ArrayList<>();
    seen.add(
        Finding.sentence(
            "%s of %s token requests failed, the first at %s. In the server's words:",
            Counts.grouped(failed), Counts.grouped(tokens.all()), evidence.when(first)));
    boolean refresh = false;
    for (Map.Entry<String, Long> each : evidence.tokenRefusals().entrySet()) {
      refresh |= OF_REFRESH.matcher(each.getKey()).matches();
      if (seen.size() < 4) {
        seen.add(Counts.grouped(each.getValue()) + " × " + each.getKey());
      }
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
