package io.tollgate.adopt.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One variable that an extractor sets, and the expression by which it finds the value. */
public final class ExtractedValue {
  /** How an expression says where the value stands. */
  private enum Language {
    JSON_PATH,
    JMES_PATH,
    /** A pattern, or what stands left of the value. */
    TEXT,
    /** Not in JSON. */
    OTHER
  }

  private static final class Extractor {
    private final Language language;
    private final String names;
    private final String expressions;

    Extractor(Language language, String names, String expressions) {
      this.language = language;
      this.names = names;
      this.expressions = expressions;
    }
  }

  private static final List<Extractor> EXTRACTORS =
      Collections.unmodifiableList(
          Arrays.asList(
              new Extractor(
                  Language.JSON_PATH,
                  "JSONPostProcessor.referenceNames",
                  "JSONPostProcessor.jsonPathExprs"),
              new Extractor(
                  Language.JMES_PATH,
                  "JMESExtractor.referenceName",
                  "JMESExtractor.jmesPathExpression"),
              new Extractor(Language.TEXT, "RegexExtractor.refname", "RegexExtractor.regex"),
              new Extractor(
                  Language.TEXT, "BoundaryExtractor.refname", "BoundaryExtractor.lboundary"),
              new Extractor(Language.OTHER, "XPathExtractor.refname", "XPathExtractor.xpathQuery"),
              new Extractor(
                  Language.OTHER, "XPathExtractor2.refname", "XPathExtractor2.xpathQuery"),
              new Extractor(Language.OTHER, "HtmlExtractor.refname", "HtmlExtractor.expr"),
              new Extractor(Language.JSON_PATH, "VAR", "JSONPATH")));

  private static final Pattern JSON_STEP =
      Pattern.compile("\\.?([A-Za-z_][\\w-]*)|\\[['\"]([^'\"]+)['\"]\\]|\\[(\\d+)\\]");

  /** A name that ends with a quote, before a colon; either may be written as a pattern. */
  private static final Pattern FIELD_IN_TEXT =
      Pattern.compile("([A-Za-z_][\\w-]*)\\\\?\"(?:\\\\s[*+]?|\\s)*:");

  private final Variable variable;
  private final Extractor extractor;
  private final String expression;
  private final boolean isOfBody;

  private ExtractedValue(String name, Extractor extractor, String expression, boolean isOfBody) {
    this.variable = Variable.ofThread(name);
    this.extractor = extractor;
    this.expression = expression;
    this.isOfBody = isOfBody;
  }

  /**
   * What an extractor sets.
   *
   * @param element a JSON, JMESPath, regular expression, boundary, XPath or CSS extractor
   * @return one for each variable
   */
  public static List<ExtractedValue> of(PlanElement element) {
    List<ExtractedValue> values = new ArrayList<>();
    for (Extractor extractor : EXTRACTORS) {
      if (element.node().property(extractor.names) == null) {
        continue;
      }
      boolean severalAtOnce = extractor.names.startsWith("JSON");
      String[] names = split(element.value(extractor.names), severalAtOnce);
      String[] expressions = split(element.value(extractor.expressions), severalAtOnce);
      String part = element.value(extractor.names.replace("refname", "useHeaders"));
      boolean isOfBody = severalAtOnce || part.matches("|false|as_document|unescaped");
      for (int i = 0; i < names.length; i++) {
        if (!names[i].trim().isEmpty()) {
          String expression = i < expressions.length ? expressions[i].trim() : "";
          values.add(new ExtractedValue(names[i].trim(), extractor, expression, isOfBody));
        }
      }
    }
    return values;
  }

  private static String[] split(String text, boolean severalAtOnce) {
    return severalAtOnce ? text.split(";") : new String[] {text};
  }

  /**
   * The variable.
   *
   * @return as other elements read it
   */
  public Variable variable() {
    return variable;
  }

  /**
   * Whether the value is the access token of an answer by RFC 6749.
   *
   * @return true if the expression names {@code access_token}
   */
  public boolean isAccessToken() {
    return isOfBody && expression.contains("access_token");
  }

  /**
   * Where the value stands in a JSON answer: the name of a field, or a JSON pointer (RFC 6901).
   *
   * @return null if the expression does not say it
   */
  public String place() {
    if (!isOfBody) {
      return null;
    }
    switch (extractor.language) {
      case JSON_PATH:
        return ofPath(expression.startsWith("$") ? expression.substring(1) : expression);
      case JMES_PATH:
        return ofPath(expression);
      case TEXT:
        Matcher field = FIELD_IN_TEXT.matcher(expression);
        return field.find() ? field.group(1) : null;
      default:
        return null;
    }
  }

  /**
   * Whether the place is a guess: the expression finds the field at any depth, and the place is
   * that at the top.
   *
   * @return false if the expression names the whole way
   */
  public boolean isAtAnyDepth() {
    return extractor.language == Language.TEXT || expression.startsWith("$..");
  }

  private static String ofPath(String path) {
    String steps = path.startsWith("..") ? path.substring(1) : path;
    StringBuilder pointer = new StringBuilder();
    Matcher step = JSON_STEP.matcher(steps);
    int end = 0;
    while (step.find() && step.start() == end) {
      String name = step.group(1) != null ? step.group(1) : step.group(2);
      name = name == null ? step.group(3) : name;
      pointer.append('/').append(name.replace("~", "~0").replace("/", "~1"));
      end = step.end();
    }
    if (end != steps.length() || end == 0) {
      return null;
    }
    String one = pointer.substring(1);
    return one.indexOf('/') < 0 && !one.matches("\\d+") ? one : pointer.toString();
  }
}
