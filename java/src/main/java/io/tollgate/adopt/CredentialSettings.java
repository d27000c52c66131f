package io.tollgate.adopt;

import io.tollgate.adopt.plan.Expression;
import io.tollgate.adopt.plan.Plan;
import io.tollgate.adopt.plan.PlanElement;
import io.tollgate.adopt.plan.PlanVariables;
import io.tollgate.adopt.plan.Variable;
import io.tollgate.adopt.plan.VariableAccess;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The settings of a Tollgate Credential, and what a person has to know of them. */
final class CredentialSettings {
  private final TokenRequest request;
  private final String profile;
  private final Plan plan;
  private final PlanVariables variables;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private String user = "";
  private String password = "";

  /** Why there is no such credential. */
  final List<String> obstacles = new ArrayList<>();

  /** What a person has to see to before the plan runs. */
  final List<String> checks = new ArrayList<>();

  CredentialSettings(TokenRequest request, String profile, Plan plan, PlanVariables variables) {
    this.request = request;
    this.profile = profile;
    this.plan = plan;
    this.variables = variables;
  }

  Map<String, String> settings() {
    return settings;
  }

  /** The user of each thread, empty if the credential has one token for all. */
  String user() {
    return user;
  }

  String password() {
    return password;
  }

  /** A value as it is: a word of Tollgate's own. */
  void set(String setting, String word) {
    settings.put(setting, word);
  }

  /** A value of the plan, which has to be known when the test starts. Blank ones are left out. */
  void put(String setting, String value) {
    if (value.isEmpty()) {
      return;
    }
    for (String unknown : variables.unknownAtStart(value)) {
      String written = value.equals(unknown) ? "is " : "has ";
      obstacles.add(
          setting
              + " "
              + written
              + unknown
              + ", which "
              + sourceOf(unknown)
              + "; a Tollgate Credential is read once, when the test starts");
    }
    settings.put(setting, value);
  }

  /** A secret: one that the plan holds as it is moves out of the plan. */
  void secret(String setting, String value) {
    boolean isReference = !Expression.in(value).isEmpty() || value.startsWith("env:");
    if (isReference || value.isEmpty()) {
      put(setting, value);
      boolean isInPlan =
          !Expression.in(value).isEmpty() && Expression.in(variables.resolved(value)).isEmpty();
      if (isInPlan) {
        checks.add(
            setting
                + ": "
                + value
                + " is a User Defined Variable, so the plan file holds the secret; better"
                + " env:NAME or file:PATH");
      }
      return;
    }
    String variable =
        ("TOLLGATE_" + profile + "_" + setting)
            .toUpperCase(Locale.ROOT)
            .replaceAll("[^A-Z0-9]+", "_");
    settings.put(setting, "env:" + variable);
    checks.add(
        "set the environment variable "
            + variable
            + " to the value that the plan has in "
            + request.element.path()
            + ", wherever JMeter runs; it is not in the new plan");
  }

  /** User and password: of the credential if they are known, or else of each thread. */
  void user(String name, String secret) {
    boolean isKnown = variables.isKnownAtStart(name) && variables.isKnownAtStart(secret);
    if (isKnown || name.isEmpty()) {
      put("username", name);
      secret("password", secret);
    } else {
      user = name;
      password = secret;
    }
  }

  private String sourceOf(String reference) {
    Expression expression = Expression.in(reference).get(0);
    Variable read =
        expression.property() != null
            ? Variable.property(expression.property())
            : expression.variable() != null ? Variable.ofThread(expression.variable()) : null;
    for (PlanElement element : plan.enabled()) {
      if (read != null && VariableAccess.written(element).contains(read)) {
        return element.path() + " sets while the test runs";
      }
    }
    return expression.isFunction() ? "is another at each call" : "is not defined in this plan";
  }
}
