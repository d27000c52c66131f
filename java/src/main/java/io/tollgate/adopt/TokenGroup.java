package io.tollgate.adopt;

import io.tollgate.adopt.plan.Plan;
import io.tollgate.adopt.plan.PlanElement;
import io.tollgate.adopt.plan.Variable;
import io.tollgate.adopt.plan.VariableAccess;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The requests of a plan that get one and the same token, each at another time: the first one, and
 * those that refresh it. Known by the variables that they fill together.
 */
final class TokenGroup {
  private final Set<TokenRequest> requests = new LinkedHashSet<>();
  private final Map<Variable, TokenFlow.Content> names = new LinkedHashMap<>();
  private final Map<TokenRequest, TokenPlace> places = new LinkedHashMap<>();

  private TokenGroup(TokenRequest request, TokenFlow.Names followed) {
    requests.add(request);
    names.putAll(followed.contents());
    places.put(request, followed.place());
  }

  /** Sorts requests into groups, in the order of the plan. */
  static List<TokenGroup> of(Map<TokenRequest, TokenFlow.Names> requests) {
    List<TokenGroup> groups = new ArrayList<>();
    requests.forEach(
        (request, followed) -> {
          TokenGroup merged = new TokenGroup(request, followed);
          for (TokenGroup other : new ArrayList<>(groups)) {
            if (!Collections.disjoint(other.names.keySet(), merged.names.keySet())) {
              groups.remove(other);
              other.requests.addAll(merged.requests);
              merged.names.forEach(other.names::putIfAbsent);
              other.places.putAll(merged.places);
              merged = other;
            }
          }
          groups.add(merged);
        });
    return groups;
  }

  Set<TokenRequest> requests() {
    return requests;
  }

  /** Where its token goes. */
  Map<Variable, TokenFlow.Content> names() {
    return names;
  }

  /** Where the answer has it. */
  TokenPlace place() {
    return places.get(primary());
  }

  /** The scripts that set the header of their samplers to its token. */
  List<PlanElement> headerScripts(Plan plan) {
    return plan.enabled(
        element ->
            requests.stream().anyMatch(each -> each.setsHeader && each.element == element)
                || ScriptStatements.setHeader(element, names.keySet()));
  }

  /** The request that Tollgate is to make. */
  TokenRequest primary() {
    return requests.stream()
        .filter(request -> !isRefresh(request))
        .findFirst()
        .orElseGet(() -> requests.iterator().next());
  }

  /** Whether a request needs what another one of the group got. */
  private boolean isRefresh(TokenRequest request) {
    if (request.grant().equals("refresh_token")) {
      return true;
    }
    Set<Variable> read = new LinkedHashSet<>();
    request.element.walk(each -> read.addAll(VariableAccess.read(each)));
    Set<Variable> ofOthers = new LinkedHashSet<>();
    for (TokenRequest other : requests) {
      if (other != request) {
        other.element.walk(each -> ofOthers.addAll(VariableAccess.written(each)));
      }
    }
    return request.isLogin() && !Collections.disjoint(read, ofOthers);
  }

  /** Why Tollgate can't make its requests. */
  List<String> obstacles() {
    List<String> obstacles = new ArrayList<>();
    TokenRequest primary = primary();
    for (TokenRequest request : requests) {
      boolean isFirst = request == primary;
      if (isFirst || !isRefresh(request)) {
        obstacles.addAll(request.obstacles);
      }
      if (!isFirst && !isRefresh(request) && !request.asksTheSameAs(primary)) {
        obstacles.add(
            "another request fills the same variable and is not the same: "
                + request.element.path());
      }
    }
    return obstacles;
  }
}
