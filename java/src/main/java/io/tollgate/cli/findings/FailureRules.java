package io.tollgate.cli.findings;

import io.tollgate.cli.findings.FailureKinds.Failures;
import io.tollgate.cli.findings.Finding.Kind;
import io.tollgate.text.Counts;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Rules for failed samples that no other rule explains: they name the most frequent failures and
 * where to look next. They run last.
 */
final class FailureRules {
  /** These say why samples were answered 401. */
  private static final Set<Kind> OF_REFUSALS =
      EnumSet.of(
          Kind.NEVER_AUTHORIZED,
          Kind.WITHOUT_TOKEN,
          Kind.REVOKED_IN_USE,
          Kind.REFUSED_TO_THE_END,
          Kind.STALE_TOKEN,
          Kind.WAVES_OF_401,
          Kind.EXPIRY,
          Kind.STALLED);

  /** A smaller share, one in ten, is a note and no finding: every run has some. */
  private static final int SHARE = 10;

  /** Kinds of failures that are shown one by one. */
  private static final int SHOWN = 4;

  private final Evidence evidence;

  FailureRules(Evidence evidence) {
    this.evidence = evidence;
  }

  void look(List<Finding> findings) {
    boolean refusals = explainRefusals(findings);
    long unexplained = unexplained(refusals);
    List<Failures> kinds = kinds(refusals);
    if (unexplained == 0 || unexplained * SHARE < evidence.samples || kinds.isEmpty()) {
      return;
    }
    List<String> seen = new ArrayList<>();
    seen.add(
        FindingText.of(
            "failed.seen",
            evidence.api - evidence.apiGood,
            evidence.samples,
            evidence.firstAt(evidence.firstFailed)));
    long rest = evidence.failures.others();
    for (Failures kind : kinds) {
      if (seen.size() <= SHOWN) {
        seen.add(FindingText.of("failure", kind.count, kind.words));
      } else {
        rest += kind.count;
      }
    }
    if (rest > 0) {
      seen.add(FindingText.of("failure", rest, FindingText.of("failed.others")));
    }
    findings.add(
        new Finding(
            Kind.SAMPLES_FAIL,
            evidence.firstFailed,
            title(),
            next(kinds.get(0)),
            seen.toArray(new String[0])));
  }

  /** A sentence about failures that are no finding, {@code null} if there are none. */
  String note(List<Finding> findings) {
    boolean refusals = explainRefusals(findings);
    List<Failures> kinds = kinds(refusals);
    // Single 401s have a note of their own.
    kinds.removeIf(kind -> kind.code.equals("401"));
    if (kinds.isEmpty() || findings.stream().anyMatch(each -> each.kind() == Kind.SAMPLES_FAIL)) {
      return null;
    }
    return FindingText.of(
        "failed.note",
        kinds.stream().mapToLong(kind -> kind.count).sum(),
        kinds.get(0).count,
        kinds.get(0).words);
  }

  private static boolean explainRefusals(List<Finding> findings) {
    return findings.stream().anyMatch(each -> OF_REFUSALS.contains(each.kind()));
  }

  /** Counts failures that no rule explains. Other rules judge 429s and token requests. */
  private long unexplained(boolean refusals) {
    return evidence.api
        - evidence.apiGood
        - evidence.failures.count("429")
        - (refusals ? evidence.failures.count("401") : 0);
  }

  private List<Failures> kinds(boolean refusals) {
    List<Failures> kinds = evidence.failures.byCount();
    kinds.removeIf(kind -> kind.code.equals("429") || refusals && kind.code.equals("401"));
    return kinds;
  }

  private String title() {
    return evidence.failed == evidence.samples
        ? FindingText.of("failed.all")
        : evidence.failed * 2 > evidence.samples
            ? FindingText.of("failed.most")
            : FindingText.of("failed.share", Counts.percent(evidence.failed, evidence.samples));
  }

  /** Where to look next, by what there is most of. */
  static String next(Failures most) {
    String code = most.code;
    if (code.startsWith("TOLLGATE_") || code.contains("TollgateException")) {
      return FindingText.of("next.tollgate");
    }
    if (code.startsWith("Non HTTP")) {
      return FindingText.of("next.no_answer");
    }
    switch (code) {
      case "401":
        return FindingText.of("next.401");
      case "403":
        return FindingText.of("next.403");
      case "404":
      case "405":
        return FindingText.of("next.404");
      default:
        return FindingText.of(
            code.startsWith("5")
                ? "next.server"
                : code.startsWith("2") ? "next.assertion" : "next.other");
    }
  }
}
