package io.tollgate.cli.findings;

import io.tollgate.cli.findings.Finding.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** All findings of a run, the story they tell together, and what its files do not say. */
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
   * @param evidence of the whole run
   * @param headers whether response headers were saved
   * @return the findings in the order of their beginnings
   */
  public static Diagnosis of(Evidence evidence, boolean headers) {
    List<Finding> findings = new ArrayList<>();
    new TokenRules(evidence).look(findings);
    new RefusalRules(evidence).look(findings);
    new LimitRules(evidence).look(findings);
    new FailureRules(evidence).look(findings);
    findings.sort((a, b) -> Long.compare(a.at(), b.at()));
    return new Diagnosis(findings, unknown(evidence, headers, findings));
  }

  private static List<String> unknown(Evidence evidence, boolean headers, List<Finding> findings) {
    List<String> unknown = new ArrayList<>();
    if (evidence.tokens.size() == 0) {
      unknown.add(FindingText.of("unknown.no_tokens"));
    }
    if (!headers && evidence.throttled.size() > 0) {
      unknown.add(FindingText.of("unknown.headers"));
    }
    unsaved(unknown, evidence);
    if (evidence.tokens.isCut() || evidence.refused.isCut() || evidence.throttled.isCut()) {
      unknown.add(FindingText.of("unknown.cut"));
    }
    if (evidence.facts().timed && evidence.timeline.width() > 100) {
      String slice = FindingText.duration(evidence.timeline.width());
      unknown.add(FindingText.of("unknown.long", slice));
    }
    if (evidence.hasMoreThreads()) {
      unknown.add(FindingText.of("unknown.threads", evidence.threads()));
    }
    boolean explained = findings.stream().anyMatch(finding -> finding.kind() != Kind.STAMPEDE);
    if (!explained && evidence.refused.size() > 0) {
      unknown.add(FindingText.of("unknown.refused", evidence.refused.all()));
    }
    String failures = new FailureRules(evidence).note(findings);
    if (failures != null) {
      unknown.add(failures);
    }
    if (evidence.throttled.size() > 0 && !explained) {
      String throttled = FindingText.of("unknown.throttled", evidence.throttled.all());
      unknown.add(
          evidence.waits.named > 0 ? throttled + " " + FindingText.of("waits.kept") : throttled);
    }
    return unknown;
  }

  /** What the properties of JMeter left out. */
  private static void unsaved(List<String> unknown, Evidence evidence) {
    Evidence.Facts facts = evidence.facts();
    if (!facts.timed) {
      unknown.add(FindingText.of("unknown.times"));
    } else if (facts.resolution > 1) {
      unknown.add(FindingText.of(facts.resolution == 1000 ? "unknown.seconds" : "unknown.minutes"));
    }
    if (!facts.threaded) {
      unknown.add(FindingText.of("unknown.names"));
    }
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
      Kind.WITHOUT_TOKEN,
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
