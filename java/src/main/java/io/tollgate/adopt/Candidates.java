package io.tollgate.adopt;

import io.tollgate.adopt.plan.Plan;
import io.tollgate.adopt.plan.PlanElement;
import io.tollgate.adopt.plan.PlanVariables;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The tokens that a plan gets itself, sorted: those that Tollgate can get, those that it can't with
 * the reasons, and those that are requested for the sake of the request.
 */
final class Candidates {
  private final List<Candidate> adopted = new ArrayList<>();
  private final Map<Candidate, Set<String>> refused = new LinkedHashMap<>();
  private final List<Candidate> unread = new ArrayList<>();
  private Removal removal;

  private Candidates() {}

  static Candidates of(Plan plan, PlanVariables variables, ExistingTollgate existing) {
    Candidates found = new Candidates();
    Set<String> profiles = new LinkedHashSet<>(existing.profiles());
    List<TokenGroup> groups = TokenGroup.of(requests(plan, variables));
    List<Candidate> read = new ArrayList<>();
    for (TokenGroup group : groups) {
      String known = existing.profileOf(group.primary());
      String profile =
          known != null ? known : newProfile(group.primary(), groups.size() == 1, profiles);
      Candidate candidate = new Candidate(group, profile, known == null, plan, variables);
      if (candidate.isUnread()) {
        found.unread.add(candidate);
      } else {
        read.add(candidate);
        profiles.add(profile);
      }
    }
    found.sort(read, plan, existing);
    return found;
  }

  /** OAuth requests, and any other whose answer has what is sent as a token. */
  private static Map<TokenRequest, TokenFlow.Names> requests(Plan plan, PlanVariables variables) {
    TokenFlow flow = new TokenFlow(plan);
    Map<TokenRequest, TokenFlow.Names> requests = new LinkedHashMap<>();
    for (PlanElement element : plan.enabled()) {
      TokenRequest ofSampler = HttpTokenRequest.of(element, variables);
      TokenRequest request =
          ofSampler == null ? ScriptTokenRequest.of(element, variables) : ofSampler;
      TokenFlow.Names names = request == null ? null : flow.of(request);
      boolean isLogin = ofSampler != null && ofSampler.grant().isEmpty();
      if (request != null && (!isLogin || !names.contents().isEmpty())) {
        requests.put(request, names);
      }
    }
    return requests;
  }

  /** First each for itself; then together, for what one leaves may keep another. */
  private void sort(List<Candidate> read, Plan plan, ExistingTollgate existing) {
    for (Candidate candidate : read) {
      Set<TokenGroup> alone = Collections.singleton(candidate.group);
      Set<String> obstacles = candidate.obstacles(Removal.of(alone, plan), alone, existing);
      if (obstacles.isEmpty()) {
        adopted.add(candidate);
      } else {
        refused.put(candidate, obstacles);
      }
    }
    boolean isShrinking = true;
    while (isShrinking) {
      List<TokenGroup> together =
          adopted.stream().map(each -> each.group).collect(Collectors.toList());
      removal = Removal.of(together, plan);
      isShrinking = false;
      for (Candidate candidate : new ArrayList<>(adopted)) {
        Set<String> obstacles = candidate.obstacles(removal, together, existing);
        if (!obstacles.isEmpty()) {
          adopted.remove(candidate);
          refused.put(candidate, obstacles);
          isShrinking = true;
        }
      }
    }
  }

  private static String newProfile(TokenRequest request, boolean isOnlyOne, Set<String> taken) {
    String name =
        isOnlyOne && taken.isEmpty()
            ? "default"
            : request
                .element
                .name()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
    name = name.isEmpty() ? "token" : name;
    String free = name;
    for (int i = 2; taken.contains(free); i++) {
      free = name + "-" + i;
    }
    return free;
  }

  /** Those that Tollgate is to get. */
  List<Candidate> adopted() {
    return adopted;
  }

  /** Those that it can't get, and why. */
  Map<Candidate, Set<String>> refused() {
    return refused;
  }

  /** Those that nothing in the plan reads. */
  List<Candidate> unread() {
    return unread;
  }

  /** What the plan no longer needs. */
  Removal removal() {
    return removal;
  }
}
