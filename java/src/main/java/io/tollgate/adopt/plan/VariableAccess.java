package io.tollgate.adopt.plan;

import io.tollgate.adopt.xml.XmlNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which variables and properties an element reads, and which it writes, as its fields show. */
public final class VariableAccess {
  /** {@code vars.get("x")} and its kin, in scripts and in functions that hold a script. */
  private static final Pattern SCRIPT_READ =
      Pattern.compile(
          "\\b(vars|props)\\s*\\??\\.\\s*(?:get|getObject|getProperty|getOrDefault|containsKey"
              + "|computeIfAbsent)\\s*\\(\\s*([\"'])([^\"']+)\\2");

  private static final Pattern SCRIPT_READ_BY_INDEX =
      Pattern.compile("\\b(vars|props)\\s*\\[\\s*([\"'])([^\"']+)\\2\\s*\\](?!\\s*=[^=~])");

  private static final Pattern SCRIPT_WRITE =
      Pattern.compile(
          "\\b(vars|props|JMeterUtils)\\s*\\.\\s*(?:put|putObject|putIfAbsent|setProperty|remove"
              + "|computeIfAbsent)\\s*\\(\\s*([\"'])([^\"']+)\\2");

  private static final Pattern SCRIPT_WRITE_BY_INDEX =
      Pattern.compile("\\b(vars|props)\\s*\\[\\s*([\"'])([^\"']+)\\2\\s*\\]\\s*=[^=~]");

  private VariableAccess() {}

  /**
   * What an element sets while the test runs.
   *
   * @param element any
   * @return variables and properties
   */
  public static Set<Variable> written(PlanElement element) {
    if (element.written == null) {
      element.written = Collections.unmodifiableSet(findWritten(element));
    }
    return element.written;
  }

  private static Set<Variable> findWritten(PlanElement element) {
    Set<Variable> written = new LinkedHashSet<>();
    switch (element.kind()) {
      case EXTRACTOR:
        ExtractedValue.of(element).forEach(value -> written.add(value.variable()));
        break;
      case THREAD_VARIABLES:
        threadVariables(element).forEach(name -> written.add(Variable.ofThread(name)));
        break;
      case CONTROLLER:
        addName(written, element.value("ForeachController.returnVal"));
        break;
      default:
        break;
    }
    for (XmlNode text : element.texts()) {
      for (Expression each : Expression.all(text.text())) {
        if (each.isFunction() && each.name().equals("__setProperty")) {
          written.add(Variable.property(each.argument(0)));
        }
      }
      collect(SCRIPT_WRITE, text.text(), written);
      collect(SCRIPT_WRITE_BY_INDEX, text.text(), written);
    }
    return written;
  }

  private static List<String> threadVariables(PlanElement element) {
    List<String> names = new ArrayList<>();
    XmlNode parameters = element.node().property("UserParameters.names");
    if (parameters != null) {
      parameters.children().forEach(each -> names.add(each.text().trim()));
    }
    for (String property : new String[] {"variableNames", "CounterConfig.name", "variableName"}) {
      for (String name : element.value(property).split("[,;\\t]")) {
        if (!name.trim().isEmpty()) {
          names.add(name.trim());
        }
      }
    }
    return names;
  }

  /**
   * What an element reads.
   *
   * @param element any
   * @return variables and properties
   */
  public static Set<Variable> read(PlanElement element) {
    if (element.read == null) {
      element.read = Collections.unmodifiableSet(findRead(element));
    }
    return element.read;
  }

  private static Set<Variable> findRead(PlanElement element) {
    Set<Variable> read = new LinkedHashSet<>();
    for (XmlNode text : element.texts()) {
      read.addAll(readByExpression(text.text()));
      read.addAll(readByScript(text.text()));
    }
    addName(read, element.value("Scope.variable"));
    addName(read, element.value("ForeachController.inputVal"));
    return read;
  }

  /**
   * What the references of a text read.
   *
   * @param text any field
   * @return variables and properties
   */
  public static Set<Variable> readByExpression(String text) {
    Set<Variable> read = new LinkedHashSet<>();
    for (Expression each : Expression.all(text)) {
      if (each.property() != null) {
        read.add(Variable.property(each.property()));
      } else if (each.variable() != null) {
        read.add(Variable.ofThread(each.variable()));
      }
    }
    return read;
  }

  /**
   * What the script in a text reads by {@code vars} and {@code props}.
   *
   * @param text a script, or a field with a function that holds one
   * @return variables and properties
   */
  public static Set<Variable> readByScript(String text) {
    Set<Variable> read = new LinkedHashSet<>();
    collect(SCRIPT_READ, text, read);
    collect(SCRIPT_READ_BY_INDEX, text, read);
    return read;
  }

  private static void collect(Pattern pattern, String text, Set<Variable> found) {
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      boolean ofThread = matcher.group(1).equals("vars");
      String name = matcher.group(3);
      found.add(ofThread ? Variable.ofThread(name) : Variable.property(name));
    }
  }

  private static void addName(Set<Variable> names, String name) {
    if (!name.trim().isEmpty()) {
      names.add(Variable.ofThread(name.trim()));
    }
  }
}
