package io.tollgate.adopt;

import io.tollgate.adopt.plan.ElementKind;
import io.tollgate.adopt.plan.ExtractedValue;
import io.tollgate.adopt.plan.Plan;
import io.tollgate.adopt.plan.PlanElement;
import io.tollgate.adopt.plan.Variable;
import io.tollgate.adopt.plan.VariableAccess;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a plan no longer needs once Tollgate gets the token: the requests, what hands the token on,
 * what reacts to 401 and 429, and the groups and controllers that have nothing else to run.
 */
final class Removal {
  private final Plan plan;
  private final Set<PlanElement> roots = new LinkedHashSet<>();

  /** All that goes, once it is known. */
  private final Set<PlanElement> gone = new HashSet<>();

  private final Map<PlanElement, Boolean> idle = new HashMap<>();

  private Removal(Plan plan) {
    this.plan = plan;
  }

  static Removal of(Collection<TokenGroup> groups, Plan plan) {
    Removal removal = new Removal(plan);
    for (TokenGroup group : groups) {
      group.requests().forEach(request -> removal.roots.add(request.element));
    }
    for (TokenGroup group : groups) {
      for (PlanElement element : plan.enabled()) {
        if (!removal.has(element) && onlyServes(element, group)) {
          removal.roots.add(element);
        }
      }
    }
    for (PlanElement element : plan.enabled()) {
      if (!removal.has(element) && removal.isReaction(element)) {
        removal.roots.add(element);
      }
    }
    removal.prune();
    removal.roots.forEach(root -> root.walk(removal.gone::add));
    return removal;
  }

  /** The elements that go, none below another. */
  Set<PlanElement> roots() {
    return roots;
  }

  /** Whether an element goes, or something above it. */
  boolean has(PlanElement element) {
    return gone.isEmpty() ? roots.stream().anyMatch(element::isIn) : gone.contains(element);
  }

  /** What elements that go have set, and nobody else does. */
  Set<Variable> written() {
    Set<Variable> written = new LinkedHashSet<>();
    for (PlanElement element : plan.enabled()) {
      if (has(element) || neverRuns(element)) {
        written.addAll(VariableAccess.written(element));
      }
    }
    for (PlanElement element : plan.enabled()) {
      if (!has(element) && !neverRuns(element)) {
        written.removeAll(VariableAccess.written(element));
      }
    }
    return written;
  }

  private static boolean onlyServes(PlanElement element, TokenGroup group) {
    Set<Variable> names = group.names().keySet();
    if (element.kind() == ElementKind.EXTRACTOR) {
      boolean ofRequest =
          group.requests().stream().anyMatch(request -> TokenFlow.sees(element, request));
      List<ExtractedValue> values = ExtractedValue.of(element);
      return ofRequest && values.stream().allMatch(value -> names.contains(value.variable()));
    }
    return element.kind() == ElementKind.SCRIPT
        && (ScriptStatements.handOn(element, names) || ScriptStatements.setHeader(element, names));
  }

  /** A script after a sample that throws a refused token away, or notes a limit for the others. */
  private boolean isReaction(PlanElement element) {
    if (!ScriptStatements.reactToRefusals(element)) {
      return false;
    }
    Set<Variable> serving = new LinkedHashSet<>();
    for (PlanElement each : plan.enabled()) {
      if (has(each)) {
        serving.addAll(VariableAccess.written(each));
        serving.addAll(VariableAccess.read(each));
      }
    }
    Set<Variable> touched = new LinkedHashSet<>(VariableAccess.written(element));
    touched.addAll(VariableAccess.read(element));
    return !touched.isEmpty() && serving.containsAll(touched);
  }

  /** Takes groups and controllers that have nothing left to run, from the inside out. */
  private void prune() {
    for (PlanElement root : new LinkedHashSet<>(roots)) {
      for (PlanElement above = root.parent(); above != null; above = above.parent()) {
        if (!above.kind().isContainer() || !isIdle(above) || holdsMore(above)) {
          break;
        }
        roots.add(above);
      }
    }
    Set<PlanElement> nested = new LinkedHashSet<>();
    for (PlanElement root : roots) {
      if (root.parent() != null && has(root.parent())) {
        nested.add(root);
      }
    }
    roots.removeAll(nested);
  }

  /** Whether nothing in it runs any more. */
  private boolean isIdle(PlanElement container) {
    boolean[] runs = new boolean[1];
    container.walk(each -> runs[0] |= each.isEnabled() && !has(each) && runsByItself(each));
    return !runs[0];
  }

  private static boolean runsByItself(PlanElement element) {
    return element.kind().isActor()
        || (element.kind() == ElementKind.SCRIPT && element.type().endsWith("Sampler"));
  }

  /** User defined variables hold for the whole plan, wherever they stand. */
  private static boolean holdsMore(PlanElement container) {
    boolean[] holds = new boolean[1];
    container.walk(
        each -> {
          ElementKind kind = each.kind();
          holds[0] |=
              kind == ElementKind.USER_DEFINED_VARIABLES
                  || kind == ElementKind.TOLLGATE
                  || kind == ElementKind.UNKNOWN
                  || (!each.isEnabled() && kind.isActor());
        });
    return holds[0];
  }

  /** A Pre or Post Processor, timer or configuration whose samplers have all gone. */
  private boolean neverRuns(PlanElement element) {
    PlanElement scope = element.parent();
    boolean lostSamplers =
        scope != null && roots.stream().anyMatch(root -> root != scope && root.isIn(scope));
    return lostSamplers
        && !element.kind().isContainer()
        && !runsByItself(element)
        && element.kind() != ElementKind.USER_DEFINED_VARIABLES
        && idle.computeIfAbsent(scope, this::isIdle);
  }
}
