package io.tollgate.adopt;

import io.tollgate.adopt.plan.ElementKind;
import io.tollgate.adopt.plan.Expression;
import io.tollgate.adopt.plan.PlanElement;
import io.tollgate.adopt.plan.Variable;
import io.tollgate.adopt.plan.VariableAccess;
import io.tollgate.adopt.xml.XmlNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A variable or property that a script or {@code __setProperty} sets, with the text of its value.
 */
final class Assignment {
  private static final Pattern CALL =
      Pattern.compile(
          "\\b(vars|props|JMeterUtils)\\s*\\.\\s*(?:put|putObject|setProperty)\\s*\\(\\s*([\"'])"
              + "([^\"']+)\\2\\s*,");

  private static final Pattern BY_INDEX =
      Pattern.compile("\\b(vars|props)\\s*\\[\\s*([\"'])([^\"']+)\\2\\s*\\]\\s*=(?!=)([^;\\n]*)");

  private static final Pattern IDENTIFIER = Pattern.compile("(?<![\\w.\"'])[A-Za-z_]\\w*");

  private static final Pattern CALLED = Pattern.compile("(\\w+)\\s*\\(");

  private static final Set<String> COPYING_CALLS =
      Collections.unmodifiableSet(
          new HashSet<>(
              Arrays.asList("get", "getProperty", "getObject", "String", "toString", "trim")));

  final Variable target;

  /** The value's text, with the texts of the script's variables in it. */
  final String value;

  private final Set<Variable> copied;

  private Assignment(Variable target, String value) {
    this.target = target;
    this.value = value;
    this.copied = copiedBy(value);
  }

  static List<Assignment> of(PlanElement element) {
    List<Assignment> found = new ArrayList<>();
    for (XmlNode text : element.texts()) {
      for (Expression each : Expression.all(text.text())) {
        if (each.name().equals("__setProperty")) {
          Variable target = Variable.property(each.argument(0));
          found.add(new Assignment(target, each.argument(1)));
        }
      }
    }
    if (element.kind() == ElementKind.SCRIPT) {
      String source = ScriptTokenRequest.source(element);
      Matcher call = CALL.matcher(source);
      while (call.find()) {
        String value = source.substring(call.end(), closing(source, call.end()));
        found.add(new Assignment(target(call), traced(value, source)));
      }
      Matcher indexed = BY_INDEX.matcher(source);
      while (indexed.find()) {
        String value = traced(indexed.group(4), source);
        found.add(new Assignment(target(indexed), value));
      }
    }
    return found;
  }

  private static Variable target(Matcher found) {
    String name = found.group(3);
    return found.group(1).equals("vars") ? Variable.ofThread(name) : Variable.property(name);
  }

  private static int closing(String source, int start) {
    int depth = 1;
    for (int i = start; i < source.length(); i++) {
      depth += source.charAt(i) == '(' ? 1 : source.charAt(i) == ')' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return source.length();
  }

  /** Adds what the identifiers of a value were set to, and those of these. */
  private static String traced(String value, String source) {
    StringBuilder all = new StringBuilder(value);
    Set<String> seen = new HashSet<>();
    for (int at = 0; at < all.length(); ) {
      Matcher identifier = IDENTIFIER.matcher(all);
      if (!identifier.find(at)) {
        break;
      }
      at = identifier.end();
      if (seen.add(identifier.group())) {
        Matcher set =
            Pattern.compile("(?<![\\w.])" + identifier.group() + "\\s*=(?!=)([^;\\n]*)")
                .matcher(source);
        while (set.find()) {
          all.append('\n').append(set.group(1));
        }
      }
    }
    return all.toString();
  }

  /** The variables and properties that the value is a copy of, and not a result of. */
  Set<Variable> copied() {
    return copied;
  }

  private static Set<Variable> copiedBy(String value) {
    Matcher calls = CALLED.matcher(value);
    while (calls.find()) {
      if (!COPYING_CALLS.contains(calls.group(1)) && !calls.group(1).startsWith("__")) {
        return Collections.emptySet();
      }
    }
    Set<Variable> read = new LinkedHashSet<>(VariableAccess.readByExpression(value));
    read.addAll(VariableAccess.readByScript(value));
    return read;
  }
}
