package io.tollgate.adopt;

import io.tollgate.adopt.plan.ElementKind;
import io.tollgate.adopt.plan.PlanElement;
import io.tollgate.adopt.plan.PlanVariables;
import io.tollgate.adopt.script.TokenScript;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Reads a script that requests tokens. */
final class ScriptTokenRequest {
  private ScriptTokenRequest() {}

  /** The text of a script element. */
  static String source(PlanElement element) {
    for (String property :
        new String[] {
          "script",
          "BeanShellSampler.query",
          "BeanShellPostProcessor.query",
          "BeanShellPreProcessor.query",
          "BSFSampler.query"
        }) {
      String text = element.value(property);
      if (!text.isEmpty()) {
        return text;
      }
    }
    return "";
  }

  /**
   * Reads one.
   *
   * @return {@code null} if the element is no script that requests tokens
   */
  static TokenRequest of(PlanElement element, PlanVariables variables) {
    String source = element.kind() == ElementKind.SCRIPT ? source(element) : "";
    if (!TokenScript.is(source)) {
      return null;
    }
    TokenScript script = TokenScript.of(source);
    TokenRequest request = new TokenRequest(element);
    request.setsHeader = script.setsHeader();
    Set<String> urls = script.urls();
    if (urls.size() == 1 && urls.iterator().next() != null) {
      request.url = urls.iterator().next();
    } else {
      request.obstacles.add("the script's token URL can't be told");
    }
    request.form.putAll(form(script, request));
    request.form.put("grant_type", variables.resolved(request.grant()).trim());
    if (script.hasBasic()) {
      String basic = script.basic();
      if (basic == null || !BasicClient.read(basic, variables, request)) {
        request.obstacles.add("client id and secret can't be told from the script");
      }
    }
    return request;
  }

  private static Map<String, String> form(TokenScript script, TokenRequest request) {
    Map<String, String> form = new LinkedHashMap<>();
    script
        .fields()
        .forEach(
            (name, value) -> {
              if (value == null) {
                request.obstacles.add("'" + name + "' of the script's request can't be told");
              } else {
                form.put(name, value);
              }
            });
    int primary = 0;
    for (String body : script.bodies()) {
      Map<String, String> fields = FormBody.read(body);
      boolean isRefresh = "refresh_token".equals(fields.get("grant_type"));
      if (!isRefresh || primary == 0) {
        primary += isRefresh ? 0 : 1;
        form.clear();
        form.putAll(fields);
      }
    }
    boolean isTold = form.containsKey("grant_type") && (primary > 0 || !script.hasUnknownBody());
    if (!isTold || primary > 1) {
      request.obstacles.add("the form that the script sends can't be told");
    }
    return form;
  }
}
