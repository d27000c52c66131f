package io.tollgate.adopt;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Plan files as JMeter saves them, made of parts; each part is an element with its hashTree. */
final class Jmx {
  static final String TOKEN_URL = "https://auth.example.com/oauth/token";

  private Jmx() {}

  static String plan(String... parts) {
    return plan(new String[0], parts);
  }

  /** With user defined variables of the Test Plan, as names and values in turn. */
  static String plan(String[] variables, String... parts) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        + "<jmeterTestPlan version=\"1.2\" properties=\"5.0\" jmeter=\"5.6.3\">\n"
        + "  <hashTree>\n"
        + indented(
            element(
                "TestPlan",
                "Plan",
                "<elementProp name=\"TestPlan.user_defined_variables\" elementType=\"Arguments\">\n"
                    + indented(arguments("Argument", variables))
                    + "</elementProp>\n",
                parts),
            2)
        + "  </hashTree>\n</jmeterTestPlan>\n";
  }

  static String group(String name, String... parts) {
    return element("ThreadGroup", name, "", parts);
  }

  static String setUp(String... parts) {
    return element("SetupThreadGroup", "setUp", "", parts);
  }

  /** An HTTP Request with parameters, as names and values in turn. */
  static String request(String name, String method, String url, String[] form, String... parts) {
    return http(name, method, url, arguments("HTTPArgument", form), parts);
  }

  /** A token request with the grant of a client. */
  static String login(String... parts) {
    return request(
        "login",
        "POST",
        TOKEN_URL,
        form(
            "grant_type",
            "client_credentials",
            "client_id",
            "${__P(id)}",
            "client_secret",
            "${__P(secret)}"),
        parts);
  }

  static String get(String name, String... parts) {
    return request(name, "GET", "https://api.example.com/" + name, new String[0], parts);
  }

  /** An HTTP Request with a raw body. */
  static String post(String name, String url, String body, String... parts) {
    return http(
        name,
        "POST",
        url,
        string("HTTPSampler.postBodyRaw", "true") + arguments("HTTPArgument", "", body),
        parts);
  }

  private static String http(String name, String method, String url, String form, String... parts) {
    int host = url.indexOf("://");
    String rest = url.substring(host + 3);
    int slash = rest.indexOf('/');
    return element(
        "HTTPSamplerProxy",
        name,
        string("HTTPSampler.domain", rest.substring(0, slash))
            + string("HTTPSampler.protocol", url.substring(0, host))
            + string("HTTPSampler.path", rest.substring(slash))
            + string("HTTPSampler.method", method)
            + (form.startsWith("<collectionProp")
                ? "<elementProp name=\"HTTPsampler.Arguments\" elementType=\"Arguments\">\n"
                    + indented(form)
                    + "</elementProp>\n"
                : form.substring(0, form.indexOf("<collectionProp"))
                    + "<elementProp name=\"HTTPsampler.Arguments\" elementType=\"Arguments\">\n"
                    + indented(form.substring(form.indexOf("<collectionProp")))
                    + "</elementProp>\n"),
        parts);
  }

  static String[] form(String... namesAndValues) {
    return namesAndValues;
  }

  /** A Header Manager, as names and values in turn. */
  static String headers(String name, String... namesAndValues) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      lines
          .append("<elementProp name=\"\" elementType=\"Header\">\n")
          .append(indented(string("Header.name", namesAndValues[i])))
          .append(indented(string("Header.value", namesAndValues[i + 1])))
          .append("</elementProp>\n");
    }
    return element(
        "HeaderManager",
        name,
        "<collectionProp name=\"HeaderManager.headers\">\n"
            + indented(lines.toString())
            + "</collectionProp>\n");
  }

  static String bearer(String token) {
    return headers("headers", "Authorization", "Bearer " + token, "X-Plan", "of the plan");
  }

  static String json(String variable, String path) {
    return element(
        "JSONPostProcessor",
        "extract " + variable,
        string("JSONPostProcessor.referenceNames", variable)
            + string("JSONPostProcessor.jsonPathExprs", path));
  }

  static String regex(String variable, String regex) {
    return element(
        "RegexExtractor",
        "extract " + variable,
        string("RegexExtractor.refname", variable) + string("RegexExtractor.regex", regex));
  }

  static String boundary(String variable, String left) {
    return element(
        "BoundaryExtractor",
        "extract " + variable,
        string("BoundaryExtractor.refname", variable)
            + string("BoundaryExtractor.lboundary", left));
  }

  static String script(String type, String name, String... lines) {
    return element(type, name, string("script", String.join("\n", lines)));
  }

  /** A script that keeps the token as a property, for other threads. */
  static String keep() {
    return script("JSR223PostProcessor", "keep", "props.put('token', vars.get('token'))");
  }

  static String variables(String name, String... namesAndValues) {
    return element("Arguments", name, arguments("Argument", namesAndValues));
  }

  static String csv(String name, String variables) {
    return element("CSVDataSet", name, string("variableNames", variables));
  }

  /** An element of any type. */
  static String element(String type, String name, String properties, String... parts) {
    String below = String.join("", parts);
    return "<"
        + type
        + " guiclass=\""
        + type
        + "Gui\" testclass=\""
        + type
        + "\" testname=\""
        + escaped(name)
        + "\" enabled=\"true\">\n"
        + indented(properties)
        + "</"
        + type
        + ">\n"
        + (below.isEmpty() ? "<hashTree/>\n" : "<hashTree>\n" + indented(below) + "</hashTree>\n");
  }

  static String string(String name, String value) {
    return "<stringProp name=\"" + name + "\">" + escaped(value) + "</stringProp>\n";
  }

  private static String arguments(String type, String... namesAndValues) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      all.append("<elementProp name=\"" + escaped(namesAndValues[i]) + "\" elementType=\"")
          .append(type)
          .append("\">\n")
          .append(indented(string("Argument.name", namesAndValues[i])))
          .append(indented(string("Argument.value", namesAndValues[i + 1])))
          .append("</elementProp>\n");
    }
    return "<collectionProp name=\"Arguments.arguments\">\n"
        + indented(all.toString())
        + "</collectionProp>\n";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  private static String indented(String xml) {
    return indented(xml, 1);
  }

  /** Indents lines that begin with a tag: those inside of a text are part of it. */
  private static String indented(String xml, int depth) {
    String indent = depth == 1 ? "  " : "    ";
    return Arrays.stream(xml.split("\n", -1))
        .map(line -> line.startsWith("<") || line.startsWith(" ") ? indent + line : line)
        .collect(Collectors.joining("\n"));
  }
}
