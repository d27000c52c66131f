package io.tollgate.adopt;

import io.tollgate.adopt.plan.ElementKind;
import io.tollgate.adopt.plan.Plan;
import io.tollgate.adopt.plan.PlanElement;
import io.tollgate.adopt.plan.PlanVariables;
import io.tollgate.adopt.plan.SamplerConfig;
import io.tollgate.adopt.plan.SamplerConfig.HeaderLine;
import io.tollgate.adopt.plan.Variable;
import io.tollgate.adopt.plan.VariableAccess;
import io.tollgate.adopt.xml.XmlNode;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A token of the plan that Tollgate may get, as which profile, and what stands against it. */
final class Candidate {
  private static final Pattern ENDS_TOKEN =
      Pattern.compile("(?i)revoke|revocation|log-?out|sign-?out|end_?session");

  final TokenGroup group;
  final String profile;

  /** Whether the plan has no Tollgate Credential for it yet. */
  final boolean isNew;

  final CredentialSettings settings;
  private final Plan plan;

  Candidate(TokenGroup group, String profile, boolean isNew, Plan plan, PlanVariables variables) {
    this.group = group;
    this.profile = profile;
    this.isNew = isNew;
    this.plan = plan;
    this.settings = RequestSettings.of(group.primary(), group.place(), profile, plan, variables);
  }

  PlanElement request() {
    return group.primary().element;
  }

  /** Whether its token goes nowhere: then it is requested for the sake of the request. */
  boolean isUnread() {
    return group.headerScripts(plan).isEmpty()
        && uses(Removal.of(Collections.singleton(group), plan)).isEmpty()
        && unknownUses().isEmpty();
  }

  /** Why it is not known where the token goes. */
  private Set<String> unknownUses() {
    Set<String> reasons = new LinkedHashSet<>();
    if (!group.names().isEmpty() || !group.headerScripts(plan).isEmpty()) {
      return reasons;
    }
    if (request().kind() == ElementKind.SCRIPT) {
      reasons.add("where the script puts the token can't be told");
    }
    Set<Variable> written = new LinkedHashSet<>();
    request().walk(each -> written.addAll(VariableAccess.written(each)));
    for (PlanElement element : plan.enabled()) {
      if (!element.isIn(request())
          && VariableAccess.read(element).stream().anyMatch(written::contains)) {
        reasons.add(
            "what is taken out of its answer is no token, as far as can be told, and "
                + element.path()
                + " reads it");
      }
    }
    return reasons;
  }

  List<TokenUse> uses(Removal removal) {
    return TokenUse.of(group, removal, plan.enabled());
  }

  /** Why it can't be adopted, if this is removed and those are the tokens that are. */
  Set<String> obstacles(
      Removal removal, Collection<TokenGroup> adopted, ExistingTollgate existing) {
    Set<String> obstacles = new LinkedHashSet<>(group.obstacles());
    obstacles.addAll(settings.obstacles);
    obstacles.addAll(unknownUses());
    for (TokenUse use : uses(removal)) {
      String obstacle = use.obstacle(!settings.user().isEmpty());
      if (obstacle != null) {
        obstacles.add(use.element.path() + " " + obstacle);
      }
      if (use.header != null) {
        obstacles.addAll(existing.ofOtherProfiles(use.element.parent(), profile));
      }
    }
    if (isNew) {
      obstacles.addAll(existing.withoutProfile());
    }
    for (PlanElement sampler : ended(removal)) {
      obstacles.add(sampler.path() + " ends the token, which all threads would share");
    }
    Set<Variable> written = removal.written();
    adopted.forEach(each -> written.removeAll(each.names().keySet()));
    for (PlanElement element : plan.enabled()) {
      if (!removal.has(element)) {
        for (Variable read : VariableAccess.read(element)) {
          if (written.stream().anyMatch(each -> isPartOf(read, each))) {
            obstacles.add(element.path() + " reads " + read + ", which goes with the request");
          }
        }
        if (element.type().equals("ModuleController") && pointsInto(element, removal)) {
          obstacles.add(element.path() + " runs a part of the plan that goes with the request");
        }
      }
    }
    return obstacles;
  }

  /** Requests that sign out or revoke, and have the token. */
  private List<PlanElement> ended(Removal removal) {
    List<TokenUse> uses = uses(removal);
    return plan.enabled(
        sampler -> {
          HeaderLine sent = SamplerConfig.authorization(sampler);
          return sampler.kind() == ElementKind.HTTP_SAMPLER
              && !removal.has(sampler)
              && ENDS_TOKEN.matcher(sampler.value("HTTPSampler.path")).find()
              && uses.stream()
                  .anyMatch(
                      use ->
                          use.element == sampler
                              || (use.header != null
                                  && sent != null
                                  && use.header.node() == sent.node()));
        });
  }

  /** Extractors set more than the name they are given: groups, and a count of matches. */
  private static boolean isPartOf(Variable read, Variable written) {
    return read.equals(written)
        || (!read.isProperty()
            && read.name().startsWith(written.name() + "_")
            && read.name()
                .substring(written.name().length() + 1)
                .matches("\\d+|g\\d*|\\d+_g\\d*|matchNr|ALL"));
  }

  private static boolean pointsInto(PlanElement module, Removal removal) {
    XmlNode path = module.node().property("ModuleController.node_path");
    if (path == null || path.children().isEmpty()) {
      return false;
    }
    String target = path.children().get(path.children().size() - 1).text();
    return removal.roots().stream().anyMatch(root -> root.name().equals(target));
  }
}
