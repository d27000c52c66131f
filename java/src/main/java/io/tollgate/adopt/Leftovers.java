package io.tollgate.adopt;

import io.tollgate.adopt.plan.ElementKind;
import io.tollgate.adopt.plan.Expression;
import io.tollgate.adopt.plan.Plan;
import io.tollgate.adopt.plan.PlanElement;
import io.tollgate.adopt.plan.SamplerConfig;
import io.tollgate.adopt.plan.SamplerConfig.HeaderLine;
import io.tollgate.adopt.plan.Variable;
import io.tollgate.adopt.plan.VariableAccess;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Says which parts of a plan still have to do with tokens, and what a person can do about them. */
final class Leftovers {
  private final Plan plan;
  private final AdoptionReport report;

  /** What is sent in headers and comes from no request that was found, and where it is sent. */
  private final Map<Variable, Set<PlanElement>> senders = new LinkedHashMap<>();

  Leftovers(Plan plan, AdoptionReport report) {
    this.plan = plan;
    this.report = report;
  }

  void report(Candidates candidates, PlanRewriting rewriting) {
    Set<Variable> explained = new LinkedHashSet<>();
    candidates.adopted().forEach(each -> explained.addAll(each.group.names().keySet()));
    for (Candidate each : candidates.refused().keySet()) {
      explained.addAll(each.group.names().keySet());
      each.request().walk(below -> explained.addAll(VariableAccess.written(below)));
    }
    for (PlanElement element : plan.enabled()) {
      if (!candidates.removal().has(element)) {
        for (HeaderLine line : SamplerConfig.lines(element)) {
          if (carriesToken(line) && !rewriting.hasRemoved(line.node())) {
            header(line);
          }
        }
        retry(element);
      }
    }
    senders.keySet().removeAll(explained);
    senders.forEach(this::source);
  }

  private static boolean carriesToken(HeaderLine line) {
    String value = line.value().toLowerCase(Locale.ROOT);
    boolean isBasic = value.startsWith("basic ");
    boolean isCookie = line.name().equalsIgnoreCase("Cookie") && value.contains("authorization=");
    return isCookie || (line.isAuthorization() && !isBasic && !value.contains("${__tollgate("));
  }

  private void header(HeaderLine line) {
    if (Expression.in(line.value()).isEmpty()) {
      report.left(
          line.manager().path()
              + " sends a token that was recorded or typed, and that will end: remove the line '"
              + line.name()
              + "' once Tollgate Authorization reaches its samplers");
    }
    for (Variable read : VariableAccess.readByExpression(line.value())) {
      senders.computeIfAbsent(read, k -> new LinkedHashSet<>()).add(line.manager());
    }
  }

  private void source(Variable variable, Set<PlanElement> managers) {
    String where = managers.iterator().next().path();
    where += managers.size() > 1 ? " and " + (managers.size() - 1) + " more" : "";
    boolean isWritten = false;
    for (PlanElement element : plan.enabled()) {
      if (VariableAccess.written(element).contains(variable)) {
        isWritten = true;
        report.left(
            element.path() + " sets " + variable + ", which " + where + " sends" + advice(element));
      }
    }
    if (!isWritten) {
      report.left(
          where
              + " sends "
              + variable
              + ", which no running part of this plan sets: give"
              + " Tollgate the client or user that it is for");
    }
  }

  private static String advice(PlanElement source) {
    if (source.kind() == ElementKind.THREAD_VARIABLES) {
      return ": tokens made elsewhere. Give Tollgate the client or the users that they are for";
    }
    return ", in a way that adopt does not know: Tollgate Credential may make this request too, see"
        + " docs/grants.md and docs/grants/login.md";
  }

  private void retry(PlanElement element) {
    if (element.type().equals("WhileController")
        && element.value("WhileController.condition").contains("429")) {
      report.left(
          element.path()
              + " sends again after a 429: remove it, and add Tollgate Feedback and Tollgate"
              + " Backoff Timer");
    }
  }
}
