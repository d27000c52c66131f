package io.tollgate.cli.findings;

import io.tollgate.cli.findings.FailureKinds.Failures;
import io.tollgate.cli.findings.Finding.Kind;
import io.tollgate.text.Counts;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What is to be said where most samples failed and no other rule knows why: with what they failed,
 * and where to look next. Asked last.
 */
final class FailureRules {
  /** These say how tokens were asked for, not why samples failed. */
  private static final Set<Kind> NO_REASON =
      EnumSet.of(Kind.STAMPEDE, Kind.ON_THE_MARK, Kind.DUPLICATES);

  /** Kinds of failures that are shown one by one. */
  private static final int SHOWN = 4;

  private final Evidence evidence;

  FailureRules(Evidence evidence) {
    this.evidence = evidence;
  }

  void look(List<Finding> findings) {
    boolean explained = findings.stream().anyMatch(finding -> !NO_REASON.contains(finding.kind()));
    // Answers 429 are how a limit tells that it is there; what is wrong with them has its own
    // rules.
    if (explained || (evidence.failed - evidence.throttled.all()) * 2 <= evidence.samples) {
      return;
    }
    List<Failures> kinds = evidence.failures.byCount();
    List<String> seen = new ArrayList<>();
    seen.add(
        Finding.sentence(
            "%s of %s samples failed, the first at %s. With what:",
            Counts.grouped(evidence.failed),
            Counts.grouped(evidence.samples),
            evidence.when(evidence.firstFailed)));
    long rest = evidence.failures.others();
    for (Failures kind : kinds) {
      if (seen.size() <= SHOWN) {
        seen.add(Counts.grouped(kind.count) + " × " + kind.words);
      } else {
        rest += kind.count;
      }
    }
    if (rest > 0) {
      seen.add(Counts.grouped(rest) + " × something else");
    }
    findings.add(
        new Finding(
            Kind.SAMPLES_FAIL,
            evidence.firstFailed,
            evidence.failed == evidence.samples ? "All samples failed" : "Most samples failed",
            next(kinds.get(0)),
            seen.toArray(new String[0])));
  }

  /** Where to look next, by what there is most of. */
  private static String next(Failures most) {
    String code = most.code;
    if (code.contains("TollgateException")) {
      return "Tollgate had no token to give; its message names the profile and the cause. Try the"
          + " same settings once, alone: java -jar … check.";
    }
    if (code.startsWith("Non HTTP")) {
      return "No answer came. Look at host, port, protocol and proxy of the sampler, and whether"
          + " the server can be reached from this machine.";
    }
    switch (code) {
      case "401":
        return "Look whether there is a token (java -jar … check), and whether the samplers send"
            + " it: each needs the authorization in its scope.";
      case "403":
        return "The token is known and not enough. Look at the scopes that were granted (java -jar"
            + " … check) and at the roles of the client.";
      case "404":
      case "405":
        return "Not tokens: look at path and method of the sampler.";
      default:
        return code.startsWith("5")
            ? "Not tokens: look at the log of the API, and whether one thread alone fares better."
            : code.startsWith("2")
                ? "Answers came and were not taken for good: look at the plan's assertions."
                : "Look at one answer whole: one thread, with a View Results Tree.";
    }
  }
}
