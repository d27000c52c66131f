package io.tollgate.adopt.plan;

import io.tollgate.adopt.xml.XmlNode;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What is known of a plan's variables when the test starts: those that users defined are, those
 * that elements set while it runs are not.
 */
public final class PlanVariables {
  /** Functions whose value is the same whenever they are called in a test, by their arguments. */
  private static final Set<String> CONSTANT_FUNCTIONS =
      Collections.unmodifiableSet(
          new HashSet<>(
              Arrays.asList(
                  "__P",
                  "__property",
                  "__env",
                  "__GetSecret",
                  "__base64Encode",
                  "__base64Decode",
                  "__urlencode",
                  "__urldecode",
                  "__changeCase",
                  "__toLowerCase",
                  "__toUpperCase",
                  "__FileToString",
                  "__machineName",
                  "__machineIP",
                  "__TestPlanName")));

  /** More than anybody nests definitions. */
  private static final int DEEPEST = 10;

  private final Map<String, String> defined = new HashMap<>();
  private final Set<Variable> writtenLater = new HashSet<>();

  /**
   * Collects them.
   *
   * @param plan the whole plan: user defined variables hold everywhere
   */
  public PlanVariables(Plan plan) {
    for (PlanElement element : plan.enabled()) {
      writtenLater.addAll(VariableAccess.written(element));
      XmlNode arguments = null;
      if (element.kind() == ElementKind.TEST_PLAN) {
        XmlNode own = element.node().property("TestPlan.user_defined_variables");
        arguments = own == null ? null : own.property("Arguments.arguments");
      } else if (element.kind() == ElementKind.USER_DEFINED_VARIABLES) {
        arguments = element.node().property("Arguments.arguments");
      }
      if (arguments != null) {
        for (XmlNode each : arguments.children()) {
          defined.put(each.value("Argument.name"), each.value("Argument.value"));
        }
      }
    }
  }

  /**
   * Whether JMeter can evaluate a text before any thread runs.
   *
   * @param text any field
   * @return false if a part of it is set by the threads of the test
   */
  public boolean isKnownAtStart(String text) {
    return unknownAtStart(text).isEmpty();
  }

  /**
   * The references of a text that nobody can evaluate before a thread runs.
   *
   * @param text any field
   * @return as they are written
   */
  public Set<String> unknownAtStart(String text) {
    Set<String> unknown = new LinkedHashSet<>();
    addUnknown(text, unknown, 0);
    return unknown;
  }

  private void addUnknown(String text, Set<String> unknown, int depth) {
    for (Expression each : Expression.in(text)) {
      String property = each.property();
      boolean isKnown;
      if (each.isFunction()) {
        isKnown =
            CONSTANT_FUNCTIONS.contains(each.name())
                && (property == null || !writtenLater.contains(Variable.property(property)));
        each.arguments().forEach(argument -> addUnknown(argument, unknown, depth));
      } else {
        String value = defined.get(each.name());
        isKnown =
            value != null
                && depth < DEEPEST
                && !writtenLater.contains(Variable.ofThread(each.name()));
        if (isKnown) {
          Set<String> below = new LinkedHashSet<>();
          addUnknown(value, below, depth + 1);
          isKnown = below.isEmpty();
        }
      }
      if (!isKnown) {
        unknown.add(each.toString());
      }
    }
  }

  /**
   * A text with the values of user defined variables in place of these.
   *
   * @param text any field
   * @return what is not defined in the plan is left as it is
   */
  public String resolved(String text) {
    return resolved(text, 0);
  }

  private String resolved(String text, int depth) {
    return Expression.replaced(
        text,
        each -> {
          if (each.isFunction() || depth == DEEPEST) {
            return null;
          }
          boolean isFixed = !writtenLater.contains(Variable.ofThread(each.name()));
          String value = isFixed ? defined.get(each.name()) : null;
          return value == null ? null : resolved(value, depth + 1);
        });
  }
}
