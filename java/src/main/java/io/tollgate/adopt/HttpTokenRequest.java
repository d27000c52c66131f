package io.tollgate.adopt;

import io.tollgate.adopt.plan.ElementKind;
import io.tollgate.adopt.plan.PlanElement;
import io.tollgate.adopt.plan.PlanVariables;
import io.tollgate.adopt.plan.SamplerConfig;
import io.tollgate.adopt.plan.SamplerConfig.HeaderLine;
import io.tollgate.adopt.xml.XmlNode;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads an HTTP Request that requests tokens. */
final class HttpTokenRequest {
  /** Headers that Tollgate sets itself, or that say nothing to a token server. */
  private static final Set<String> USUAL_HEADERS =
      Collections.unmodifiableSet(
          new HashSet<>(
              Arrays.asList(
                  "authorization",
                  "accept",
                  "accept-encoding",
                  "accept-language",
                  "cache-control",
                  "connection",
                  "content-length",
                  "content-type",
                  "host",
                  "origin",
                  "pragma",
                  "referer",
                  "upgrade-insecure-requests",
                  "user-agent")));

  private final PlanElement sampler;
  private final PlanVariables variables;
  private final TokenRequest request;

  private HttpTokenRequest(PlanElement sampler, PlanVariables variables) {
    this.sampler = sampler;
    this.variables = variables;
    this.request = new TokenRequest(sampler);
  }

  /**
   * Reads a request as one for tokens, whether it is one or not.
   *
   * @return {@code null} if it is no HTTP Request
   */
  static TokenRequest of(PlanElement sampler, PlanVariables variables) {
    if (sampler.kind() != ElementKind.HTTP_SAMPLER) {
      return null;
    }
    HttpTokenRequest reading = new HttpTokenRequest(sampler, variables);
    reading.read();
    return reading.request;
  }

  private void read() {
    request.url = TokenUrl.of(sampler);
    if (request.url.isEmpty()) {
      request.obstacles.add("no server is named in the request or in HTTP Request Defaults");
    }
    String method = sampler.value("HTTPSampler.method").trim().toUpperCase(Locale.ROOT);
    request.method = method.isEmpty() ? "GET" : method;
    if (!request.method.matches("GET|POST|PUT")) {
      request.obstacles.add("its method is " + request.method);
    }
    readFields();
    String query = TokenUrl.query(sampler);
    Map<String, String> inQuery = FormBody.read(query);
    if (request.method.equals("GET") || inQuery.containsKey("grant_type")) {
      if (!request.method.equals("GET")) {
        request.differences.add(
            "the plan sent parameters in the URL; Tollgate sends them as a form");
      }
      inQuery.forEach(request.form::putIfAbsent);
    } else {
      request.query = query;
    }
    request.form.computeIfPresent("grant_type", (name, grant) -> variables.resolved(grant).trim());
    SamplerConfig.headers(sampler).forEach(this::readHeader);
    sampler.children().stream()
        .filter(child -> child.isEnabled() && child.type().equals("AuthManager"))
        .forEach(this::readManager);
  }

  private void readFields() {
    StringBuilder raw = new StringBuilder();
    XmlNode arguments = sampler.node().property("HTTPsampler.Arguments");
    XmlNode list = arguments == null ? null : arguments.property("Arguments.arguments");
    boolean isRaw = sampler.value("HTTPSampler.postBodyRaw").equals("true");
    for (XmlNode each : list == null ? Collections.<XmlNode>emptyList() : list.children()) {
      String name = each.value("Argument.name").trim();
      String value = each.value("Argument.value");
      if (isRaw || name.isEmpty()) {
        raw.append(value);
      } else {
        boolean isEncodedByJMeter = each.value("HTTPArgument.always_encode").equals("true");
        request.form.put(name, isEncodedByJMeter ? value : FormBody.decoded(value));
      }
    }
    String body = raw.toString().trim();
    boolean isForm = body.matches("(?s)[\\w.\\-\\[\\]]+=.*");
    if (isForm) {
      request.form.putAll(FormBody.read(body));
    } else {
      request.body = body;
      FormBody.readJson(body)
          .forEach(
              (name, value) -> {
                if (name.matches("grant_type|client_id|client_secret")) {
                  request.form.put(name, value);
                }
              });
    }
  }

  private void readHeader(HeaderLine line) {
    String name = line.name().toLowerCase(Locale.ROOT);
    if (line.isAuthorization()) {
      readAuthorization(line);
    } else if (name.equals("content-type")) {
      if (!request.body.isEmpty() && !line.value().startsWith("application/json")) {
        request.headers.put(line.name(), line.value());
      }
    } else if (!name.isEmpty() && !USUAL_HEADERS.contains(name)) {
      if (variables.isKnownAtStart(line.value())) {
        request.headers.put(line.name(), line.value());
      } else {
        request.differences.add(
            "the token request has no header "
                + line.name()
                + " any more: "
                + line.value()
                + " is known only while the test runs");
      }
    }
  }

  private void readAuthorization(HeaderLine line) {
    String value = variables.resolved(line.value());
    boolean isOwn = line.manager().parent() == sampler;
    if (value.regionMatches(true, 0, "Basic ", 0, 6)) {
      boolean isLiteral = line.value().regionMatches(true, 0, "Basic ", 0, 6);
      String pair = (isLiteral ? line.value() : value).substring(6);
      if (!BasicClient.read(pair, variables, request)) {
        request.obstacles.add(
            "client id and secret can't be told from the Authorization header of "
                + line.manager().path());
      }
    } else if (isOwn) {
      request.obstacles.add("its Authorization header is not Basic: see " + line.manager().path());
    }
  }

  /** An HTTP Authorization Manager below the request. */
  private void readManager(PlanElement manager) {
    XmlNode list = manager.node().property("AuthManager.auth_list");
    if (list != null && list.children().size() == 1) {
      request.basicId = list.children().get(0).value("Authorization.username");
      request.basicSecret = list.children().get(0).value("Authorization.password");
    } else {
      request.obstacles.add("its HTTP Authorization Manager has not one line: " + manager.path());
    }
  }
}
