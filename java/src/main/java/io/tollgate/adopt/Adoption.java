package io.tollgate.adopt;

import io.tollgate.adopt.plan.Plan;
import io.tollgate.adopt.plan.PlanElement;
import io.tollgate.adopt.plan.PlanVariables;
import io.tollgate.adopt.xml.NotAPlan;
import io.tollgate.adopt.xml.XmlEdits;
import io.tollgate.adopt.xml.XmlFile;

/**
 * One plan, rewritten. A token is adopted whole or not at all: if one reader of it can't be
 * rewritten, its request stays, because two requests for one token can revoke each other's.
 */
public final class Adoption {
  private final XmlFile file;
  private final XmlEdits edits;
  private final AdoptionReport report = new AdoptionReport();
  private boolean isChanged;

  private Adoption(XmlFile file) {
    this.file = file;
    this.edits = new XmlEdits(file);
  }

  /**
   * Rewrites a plan.
   *
   * @param bytes a JMX file
   * @return the outcome
   * @throws NotAPlan if the bytes are none
   */
  public static Adoption of(byte[] bytes) throws NotAPlan {
    Adoption adoption = new Adoption(XmlFile.of(bytes));
    adoption.rewrite(Plan.of(adoption.file));
    return adoption;
  }

  /**
   * Whether there is a new plan.
   *
   * @return false if nothing was adopted
   */
  public boolean isChanged() {
    return isChanged;
  }

  /**
   * The new plan.
   *
   * @return bytes, in the encoding of the old one
   */
  public byte[] plan() {
    return file.encoded(edits.apply());
  }

  /**
   * What was done and what was not.
   *
   * @return the report
   */
  public AdoptionReport report() {
    return report;
  }

  private void rewrite(Plan plan) {
    ExistingTollgate existing = new ExistingTollgate(plan);
    Candidates candidates = Candidates.of(plan, new PlanVariables(plan), existing);
    PlanRewriting rewriting = new PlanRewriting(plan, edits, existing, report);
    isChanged = !candidates.adopted().isEmpty();
    candidates.adopted().forEach(each -> rewriting.adopt(each, candidates.removal()));
    rewriting.remove(candidates.removal());
    for (Candidate each : candidates.unread()) {
      report.done(each.request().path() + ": stays, for its own time: nothing reads its token");
    }
    candidates
        .refused()
        .forEach(
            (each, obstacles) ->
                report.left(
                    each.request().path() + ": stays as it is, with all that reads its token",
                    obstacles));
    new Leftovers(plan, report).report(candidates, rewriting);
    if (isChanged) {
      for (PlanElement each : plan.enabled(any -> any.type().equals("IncludeController"))) {
        report.check(each.path() + " includes a file that was not read: adopt that one too");
      }
    } else {
      report.done(
          !candidates.refused().isEmpty()
              ? "Nothing was adopted."
              : existing.isInUse()
                  ? "Nothing to adopt: Tollgate is in this plan already, and gets its tokens."
                  : "Nothing to adopt: no running part of this plan requests a token for others.");
    }
  }
}
