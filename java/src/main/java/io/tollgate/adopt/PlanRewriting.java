package io.tollgate.adopt;

import io.tollgate.adopt.plan.Expression;
import io.tollgate.adopt.plan.Plan;
import io.tollgate.adopt.plan.PlanElement;
import io.tollgate.adopt.plan.SamplerConfig;
import io.tollgate.adopt.xml.XmlEdits;
import io.tollgate.adopt.xml.XmlNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The edits that put Tollgate in the place of a plan's own requests for tokens. */
final class PlanRewriting {
  private final Plan plan;
  private final XmlEdits edits;
  private final TollgateElements elements;
  private final ExistingTollgate existing;
  private final AdoptionReport report;

  /** Header lines that have gone. */
  private final Set<XmlNode> lines = new LinkedHashSet<>();

  PlanRewriting(Plan plan, XmlEdits edits, ExistingTollgate existing, AdoptionReport report) {
    this.plan = plan;
    this.edits = edits;
    this.elements = new TollgateElements(edits);
    this.existing = existing;
    this.report = report;
  }

  /** Adds what gets one token, and changes what read it. */
  void adopt(Candidate candidate, Removal removal) {
    List<TokenUse> uses = candidate.uses(removal);
    report.done(
        candidate.request().path()
            + ": Tollgate gets this token, as profile '"
            + candidate.profile
            + "'");
    if (candidate.isNew) {
      addCredential(candidate);
    }
    for (PlanElement scope : Placement.of(candidate.group, uses, removal, plan)) {
      addAuthorization(scope, removal, candidate);
    }
    for (TokenUse use : uses) {
      if (use.header != null) {
        lines.add(use.header.node());
      } else {
        replace(use, candidate);
      }
    }
    candidate.settings.checks.forEach(report::check);
    if (!candidate.settings.user().isEmpty() && isOnce(candidate.request())) {
      report.check(
          candidate.request().path()
              + " did not run in each iteration; now each sample has the token of the user that "
              + candidate.settings.user()
              + " names at that time");
    }
  }

  private static boolean isOnce(PlanElement request) {
    for (PlanElement above = request.parent(); above != null; above = above.parent()) {
      if (above.type().matches("OnceOnlyController|IfController")) {
        return true;
      }
    }
    return false;
  }

  /** Removes what nobody needs any more; once, after all tokens. */
  void remove(Removal removal) {
    for (PlanElement root : removal.roots()) {
      remove(root);
      report.done(
          "removed  " + root.path() + (root.children().isEmpty() ? "" : ", with all below it"));
      if (ScriptStatements.reactsTo429(root)) {
        report.check(
            root.path()
                + " waited after a 429 of the API: Tollgate Backoff Timer does that, if you add"
                + " it");
      }
    }
    for (PlanElement manager : plan.enabled()) {
      removeLines(manager);
    }
  }

  /** Whether a header line was removed. */
  boolean hasRemoved(XmlNode line) {
    return lines.contains(line);
  }

  private void addCredential(Candidate candidate) {
    boolean isDefault = candidate.profile.equals("default");
    String name = "Tollgate Credential" + (isDefault ? "" : " " + candidate.profile);
    List<String> xml = elements.credential(candidate.profile, name, candidate.settings.settings());
    if (plan.root().children().isEmpty()) {
      edits.append(plan.root().tree(), xml);
    } else {
      edits.insertBefore(plan.root().children().get(0).node(), xml);
    }
    report.done("added    " + plan.root().name() + " > " + name);
  }

  private void addAuthorization(PlanElement scope, Removal removal, Candidate candidate) {
    String profile = candidate.profile;
    CredentialSettings settings = candidate.settings;
    if (!existing.isAbove(scope, TollgateElements.AUTHORIZATION)) {
      add(scope, removal, elements.authorization(profile, settings.user(), settings.password()));
      report.done("added    " + scope.path() + " > Tollgate Authorization");
    }
    if (!existing.isAbove(scope, TollgateElements.FEEDBACK)) {
      add(scope, removal, elements.feedback(profile));
      report.done("added    " + scope.path() + " > Tollgate Feedback");
    }
  }

  /** After configuration and Pre Processors, which may set the user, and before what runs. */
  private void add(PlanElement scope, Removal removal, List<String> xml) {
    for (PlanElement child : scope.children()) {
      boolean runs = child.kind().isContainer() || child.kind().isActor();
      if (runs && !removal.has(child)) {
        edits.insertBefore(child.node(), xml);
        return;
      }
    }
    edits.append(scope.tree(), xml);
  }

  private void replace(TokenUse use, Candidate candidate) {
    String token = "${__tollgate(" + candidate.profile + ",token)}";
    String header = "${__tollgate(" + candidate.profile + ")}";
    edits.setText(
        use.text,
        Expression.replaced(
            use.text.text(),
            each -> {
              TokenFlow.Content content = TokenUse.contentOf(each, candidate.group.names());
              return content == null ? null : content == TokenFlow.Content.TOKEN ? token : header;
            }));
    report.done("changed  " + use.element.path() + ": a field reads " + token);
  }

  private void removeLines(PlanElement manager) {
    List<SamplerConfig.HeaderLine> all = SamplerConfig.lines(manager);
    long removed = all.stream().filter(line -> hasRemoved(line.node())).count();
    if (removed == 0) {
      return;
    }
    if (removed == all.size() && manager.children().isEmpty()) {
      remove(manager);
      report.done("removed  " + manager.path() + ", which had no other header");
      return;
    }
    all.stream().filter(line -> hasRemoved(line.node())).forEach(line -> edits.remove(line.node()));
    report.done("removed  " + manager.path() + ": its line Authorization");
  }

  private void remove(PlanElement element) {
    edits.remove(element.node());
    edits.remove(element.tree());
  }
}
