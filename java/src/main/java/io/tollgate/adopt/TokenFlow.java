package io.tollgate.adopt;

import io.tollgate.adopt.plan.ElementKind;
import io.tollgate.adopt.plan.ExtractedValue;
import io.tollgate.adopt.plan.Plan;
import io.tollgate.adopt.plan.PlanElement;
import io.tollgate.adopt.plan.SamplerConfig;
import io.tollgate.adopt.plan.SamplerConfig.HeaderLine;
import io.tollgate.adopt.plan.Variable;
import io.tollgate.adopt.plan.VariableAccess;
import io.tollgate.adopt.script.TokenScript;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** How the token of a request goes through the plan: where it is taken from, and what holds it. */
final class TokenFlow {
  /** What is in a variable or property. */
  enum Content {
    /** The token alone. */
    TOKEN,
    /** {@code Bearer} and the token. */
    BEARER
  }

  private static final String SCHEME = "Bearer";
  private static final Pattern TOKEN_HEADER =
      Pattern.compile("(?i)authorization|(.*-)?(auth|access)[-_]?token");

  private final Plan plan;
  private final Map<PlanElement, List<Assignment>> assignments = new LinkedHashMap<>();

  /** What headers for tokens are made of. */
  private final Set<Variable> sent = new LinkedHashSet<>();

  private final List<PlanElement> headerScripts = new ArrayList<>();

  /** Follows the tokens of a plan. */
  TokenFlow(Plan plan) {
    this.plan = plan;
    for (PlanElement element : plan.enabled()) {
      List<Assignment> own = Assignment.of(element);
      if (!own.isEmpty()) {
        assignments.put(element, own);
      }
      for (HeaderLine line : SamplerConfig.lines(element)) {
        if (TOKEN_HEADER.matcher(line.name()).matches()) {
          sent.addAll(VariableAccess.readByExpression(line.value()));
        }
      }
      if (ScriptStatements.namesHeader(element)) {
        headerScripts.add(element);
      }
    }
  }

  /** What holds a token, and where its request found it. */
  static final class Names {
    private final Map<Variable, Content> contents;
    private final TokenPlace place;

    Names(Map<Variable, Content> contents, TokenPlace place) {
      this.contents = contents;
      this.place = place;
    }

    Map<Variable, Content> contents() {
      return contents;
    }

    TokenPlace place() {
      return place;
    }
  }

  /** Follows the token of a request; no names if it goes nowhere. */
  Names of(TokenRequest request) {
    Map<Variable, Content> standard = new LinkedHashMap<>();
    for (PlanElement element : readers(request)) {
      for (ExtractedValue value : values(element)) {
        if (value.isAccessToken()) {
          standard.put(value.variable(), Content.TOKEN);
        }
      }
      for (Assignment each : assignments.getOrDefault(element, Collections.emptyList())) {
        if (each.value.contains("access_token")) {
          standard.put(each.target, contentOf(each, Content.TOKEN));
        }
      }
    }
    return standard.isEmpty()
        ? ofOtherPlace(request)
        : new Names(followed(standard), TokenPlace.standard());
  }

  private static List<ExtractedValue> values(PlanElement element) {
    return element.kind() == ElementKind.EXTRACTOR
        ? ExtractedValue.of(element)
        : Collections.emptyList();
  }

  /**
   * What takes something out of the answer of a request. What stands beside several requests works
   * on the answers of all of them, which says nothing of a login.
   */
  private List<PlanElement> readers(TokenRequest request) {
    List<PlanElement> readers = new ArrayList<>();
    if (request.grant().isEmpty()) {
      request.element.walk(readers::add);
    } else {
      for (PlanElement element : plan.enabled()) {
        if (sees(element, request)) {
          readers.add(element);
        }
      }
    }
    readers.removeIf(element -> element != request.element && !isReader(element));
    return readers;
  }

  private static boolean isReader(PlanElement element) {
    boolean isScript =
        element.kind() == ElementKind.SCRIPT
            && !element.type().endsWith("PreProcessor")
            && !TokenScript.is(ScriptTokenRequest.source(element));
    return element.isEnabled() && (isScript || element.kind() == ElementKind.EXTRACTOR);
  }

  /** A field by another name is the token if it is sent as one. */
  private Names ofOtherPlace(TokenRequest request) {
    for (PlanElement element : readers(request)) {
      if (!element.isIn(request.element)) {
        continue;
      }
      for (ExtractedValue value : values(element)) {
        Map<Variable, Content> names =
            followed(Collections.singletonMap(value.variable(), Content.TOKEN));
        if (isSent(names)) {
          return new Names(names, TokenPlace.of(value));
        }
      }
      for (Assignment each : assignments.getOrDefault(element, Collections.emptyList())) {
        Map<Variable, Content> names =
            followed(Collections.singletonMap(each.target, contentOf(each, Content.TOKEN)));
        if (isSent(names)) {
          return new Names(names, TokenPlace.of(each));
        }
      }
    }
    return new Names(Collections.emptyMap(), TokenPlace.standard());
  }

  private boolean isSent(Map<Variable, Content> names) {
    return !Collections.disjoint(sent, names.keySet())
        || headerScripts.stream()
            .anyMatch(script -> ScriptStatements.setHeader(script, names.keySet()));
  }

  private Map<Variable, Content> followed(Map<Variable, Content> seeds) {
    Map<Variable, Content> names = new LinkedHashMap<>(seeds);
    boolean isGrowing = true;
    while (isGrowing) {
      isGrowing = false;
      for (List<Assignment> ofElement : assignments.values()) {
        for (Assignment each : ofElement) {
          for (Variable source : each.copied()) {
            if (names.containsKey(source) && !names.containsKey(each.target)) {
              names.put(each.target, contentOf(each, names.get(source)));
              isGrowing = true;
            }
          }
        }
      }
    }
    return names;
  }

  private static Content contentOf(Assignment assignment, Content ofSource) {
    return assignment.value.contains(SCHEME) ? Content.BEARER : ofSource;
  }

  /** Whether an element works on the answer of a request: it is the request, or has it in scope. */
  static boolean sees(PlanElement element, TokenRequest request) {
    return element == request.element
        || (element.parent() != null && request.element.isIn(element.parent()));
  }
}
