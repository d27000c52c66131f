package io.tollgate.adopt;

import io.tollgate.adopt.plan.ElementKind;
import io.tollgate.adopt.plan.Plan;
import io.tollgate.adopt.plan.PlanElement;
import io.tollgate.adopt.plan.SamplerConfig;
import io.tollgate.adopt.plan.SamplerConfig.HeaderLine;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Below which elements Tollgate Authorization stands, so that exactly those samplers get the token
 * that had it before: as high as it reaches no other sampler.
 */
final class Placement {
  private final Removal removal;
  private final Set<PlanElement> samplers = new LinkedHashSet<>();
  private final List<PlanElement> scopes = new ArrayList<>();

  private Placement(Removal removal) {
    this.removal = removal;
  }

  static List<PlanElement> of(TokenGroup group, List<TokenUse> uses, Removal removal, Plan plan) {
    Placement placement = new Placement(removal);
    Set<PlanElement> managers = new LinkedHashSet<>();
    Set<Object> lines = new LinkedHashSet<>();
    for (TokenUse use : uses) {
      if (use.header != null) {
        managers.add(use.element);
        lines.add(use.header.node());
      }
    }
    List<PlanElement> scripts = group.headerScripts(plan);
    managers.addAll(scripts);
    for (PlanElement sampler : plan.enabled()) {
      HeaderLine sent = takesHeaders(sampler) ? SamplerConfig.authorization(sampler) : null;
      boolean hadHeader = sent != null && lines.contains(sent.node());
      boolean hadScript =
          takesHeaders(sampler)
              && scripts.stream().anyMatch(script -> sampler.isIn(script.parent()));
      if ((hadHeader || hadScript) && !removal.has(sampler)) {
        placement.samplers.add(sampler);
      }
    }
    boolean isPlanWide = managers.stream().anyMatch(manager -> manager.parent() == plan.root());
    placement.place(plan.root(), isPlanWide);
    for (PlanElement manager : managers) {
      PlanElement scope = manager.parent();
      boolean isReached =
          placement.samplers.stream().anyMatch(sampler -> sampler.isIn(scope))
              || removal.has(scope);
      if (!isReached && !placement.scopes.contains(scope)) {
        placement.scopes.add(scope); // what runs there is not known, and had the header
      }
    }
    return placement.scopes;
  }

  private void place(PlanElement node, boolean mayBeHere) {
    if (!node.isEnabled() || removal.has(node)) {
      return;
    }
    boolean[] found = new boolean[2];
    node.walk(
        each -> {
          boolean counts = each.isEnabled() && takesHeaders(each) && !removal.has(each);
          found[0] |= counts && samplers.contains(each);
          found[1] |= counts && !samplers.contains(each);
        });
    boolean reachesOnlyThese = found[0] && !found[1];
    if (reachesOnlyThese && (mayBeHere || node.kind() != ElementKind.TEST_PLAN)) {
      scopes.add(node);
    } else if (found[0]) {
      node.children().forEach(child -> place(child, true));
    }
  }

  /** Whether a Header Manager in its scope changes what it sends. */
  private static boolean takesHeaders(PlanElement element) {
    return element.kind() == ElementKind.HTTP_SAMPLER
        || element.kind() == ElementKind.LINK
        || (element.kind() == ElementKind.SAMPLER && element.type().contains("WebSocket"));
  }
}
