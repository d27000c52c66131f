package io.tollgate.cli.findings;

import io.tollgate.cli.findings.Finding.Kind;
import io.tollgate.cli.jtl.Jtl;
import io.tollgate.text.Counts;
import io.tollgate.text.Durations;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** All findings of a file, the story they tell together, and what the file does not say. */
public final class Diagnosis {
  private final List<Finding> findings;
  private final List<String> unknown;

  private Diagnosis(List<Finding> findings, List<String> unknown) {
    this.findings = Collections.unmodifiableList(findings);
    this.unknown = Collections.unmodifiableList(unknown);
  }

  /**
   * Asks each rule.
   *
   * @param evidence of the whole file
   * @param file what there is to say of it
   * @return the findings in the order of their beginnings
   */
  public static Diagnosis of(Evidence evidence, Jtl file) {
    List<Finding> findings = new ArrayList<>();
    new TokenRules(evidence).look(findings);
    new RefusalRules(evidence).look(findings);
    new LimitRules(evidence).look(findings);
    new FailureRules(evidence).look(findings);
    findings.sort((a, b) -> Long.compare(a.at(), b.at()));
    return new Diagnosis(findings, unknown(evidence, file, findings));
  }

  private static List<String> unknown(Evidence evidence, Jtl file, List<Finding> findings) {
    List<String> unknown = new ArrayList<>();
    if (evidence.tokens.size() == 0) {
      unknown.add(
          "There are no token requests in the file. If scripts fetch tokens, how often and how well"
              + " is not to be seen; if they have another name, --token-label says which.");
    }
    if (!file.hasHeaders() && evidence.throttled.size() > 0) {
      unknown.add(
          "Response headers were not saved (an XML file with"
              + " jmeter.save.saveservice.responseHeaders=true has them), so no Retry-After is"
              + " known.");
    }
    if (!file.isComplete()) {
      unknown.add("The file ends in the middle of a sample: the run was cut off, or goes on.");
    }
    if (evidence.tokens.isCut() || evidence.refused.isCut() || evidence.throttled.isCut()) {
      unknown.add(
          "Of one kind there are more than half a million; the first half million were looked at"
              + " closely, the rest was counted.");
    }
    if (evidence.timeline.width() > 100) {
      unknown.add(
          "The run is long: silences and returns within "
              + Durations.of(evidence.timeline.width())
              + " are not to be seen.");
    }
    boolean explained = findings.stream().anyMatch(finding -> finding.kind() != Kind.STAMPEDE);
    if (!explained && evidence.refused.size() > 0) {
      unknown.add(
          Counts.grouped(evidence.refused.all())
              + " samples were answered 401, one by one: too few at a time to say why.");
    }
    if (evidence.throttled.size() > 0 && !explained) {
      unknown.add(
          Counts.grouped(evidence.throttled.all())
              + " were answered 429, which is how a limit tells that it is there."
              + (evidence.waitsNamed > 0 ? " The waits that were named were kept." : ""));
    }
    return unknown;
  }

  /**
   * What was found.
   *
   * @return may be empty
   */
  public List<Finding> findings() {
    return findings;
  }

  /**
   * What the file does not say.
   *
   * @return sentences
   */
  public List<String> unknown() {
    return unknown;
  }

  /**
   * The failure of examples/failures that is most like this run.
   *
   * @return the name of its directory, {@code null} if none is
   */
  public String story() {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    findings.forEach(finding -> kinds.add(finding.kind()));
    // From what says most of the cause to what says least.
    Kind[] telling = {
      Kind.ON_THE_MARK,
      Kind.REFRESH_REFUSED,
      Kind.NEVER_AUTHORIZED,
      Kind.TOKEN_REQUESTS_FAIL,
      Kind.RETRY_AFTER_IGNORED,
      Kind.HERD,
      Kind.THROTTLED,
      Kind.STALLED,
      Kind.REVOKED_IN_USE,
      Kind.REFUSED_TO_THE_END,
      Kind.EXPIRY,
      Kind.STAMPEDE
    };
    for (Kind kind : telling) {
      if (kinds.contains(kind)) {
        return kind.story();
      }
    }
    return findings.isEmpty() ? null : findings.get(0).kind().story();
  }
}
