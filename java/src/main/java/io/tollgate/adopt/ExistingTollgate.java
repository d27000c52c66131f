package io.tollgate.adopt;

import io.tollgate.adopt.plan.ElementKind;
import io.tollgate.adopt.plan.Plan;
import io.tollgate.adopt.plan.PlanElement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a plan has of Tollgate before it is rewritten. */
final class ExistingTollgate {
  private static final String BLANK_MEANS = "default";

  private final List<PlanElement> elements;
  private final boolean isInScripts;

  ExistingTollgate(Plan plan) {
    elements = plan.enabled(each -> each.kind() == ElementKind.TOLLGATE);
    isInScripts =
        !plan.enabled(
                each ->
                    each.texts().stream()
                        .anyMatch(
                            text ->
                                text.text().contains("Tollgate.")
                                    || text.text().contains("${__tollgate(")))
            .isEmpty();
  }

  /** Whether anything in the plan uses it. */
  boolean isInUse() {
    return !elements.isEmpty() || isInScripts;
  }

  /** The profiles that the plan defines. */
  Set<String> profiles() {
    Set<String> profiles = new LinkedHashSet<>();
    credentials().forEach(each -> profiles.add(each.value("CredentialConfig.profile")));
    return profiles;
  }

  private List<PlanElement> credentials() {
    List<PlanElement> credentials = new ArrayList<>(elements);
    credentials.removeIf(each -> !each.type().equals(TollgateElements.CREDENTIAL));
    return credentials;
  }

  /** The profile that makes a request already, {@code null} if none does. */
  String profileOf(TokenRequest request) {
    for (PlanElement each : credentials()) {
      if (each.value("setting.token_url").equals(request.url)
          && each.value("setting.client_id").equals(request.clientId())) {
        return each.value("CredentialConfig.profile");
      }
    }
    return null;
  }

  /** Whether an element of a type reaches what stands below a place. */
  boolean isAbove(PlanElement scope, String type) {
    return elements.stream()
        .anyMatch(each -> each.type().equals(type) && scope.isIn(each.parent()));
  }

  /** The elements that give what stands below a place another token. */
  List<String> ofOtherProfiles(PlanElement scope, String profile) {
    List<String> others = new ArrayList<>();
    for (PlanElement each : elements) {
      String own = each.value("profile").trim();
      boolean isOther = !own.equals(profile) && !(own.isEmpty() && profile.equals(BLANK_MEANS));
      if (each.type().equals(TollgateElements.AUTHORIZATION)
          && isOther
          && scope.isIn(each.parent())) {
        others.add(each.path() + " gives its samplers the token of another profile");
      }
    }
    return others;
  }

  /** The elements that would not know their profile any more if there were another one. */
  List<String> withoutProfile() {
    List<String> blank = new ArrayList<>();
    for (PlanElement each : elements) {
      boolean isBlank =
          each.node().property("profile") != null && each.value("profile").trim().isEmpty();
      if (isBlank && !profiles().contains(BLANK_MEANS)) {
        blank.add(each.path() + " has no Profile, and would not know which with two: fill it in");
      }
    }
    return blank;
  }
}
