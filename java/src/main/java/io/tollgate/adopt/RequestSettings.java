package io.tollgate.adopt;

import io.tollgate.adopt.plan.Expression;
import io.tollgate.adopt.plan.Plan;
import io.tollgate.adopt.plan.PlanVariables;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a Tollgate Credential makes the request of a plan. */
final class RequestSettings {
  private static final List<String> OWN_SETTINGS =
      Collections.unmodifiableList(Arrays.asList("scope", "audience", "resource"));

  private static final List<String> READ_ELSEWHERE =
      Collections.unmodifiableList(
          Arrays.asList(
              "grant_type",
              "client_id",
              "client_secret",
              "username",
              "password",
              "refresh_token",
              "assertion"));

  private static final Pattern HTTP_HOST = Pattern.compile("(?i)http://(\\[[^]]*\\]|[^:/$]+).*");
  private static final Pattern LOOPBACK = Pattern.compile("(?i)localhost|127\\..*|\\[::1\\]");
  private static final String URN = "urn:ietf:params:oauth:grant-type:";

  private final TokenRequest request;
  private final CredentialSettings settings;

  private RequestSettings(TokenRequest request, CredentialSettings settings) {
    this.request = request;
    this.settings = settings;
  }

  static CredentialSettings of(
      TokenRequest request, TokenPlace place, String profile, Plan plan, PlanVariables variables) {
    CredentialSettings settings = new CredentialSettings(request, profile, plan, variables);
    new RequestSettings(request, settings).fill(variables);
    place.into(settings);
    return settings;
  }

  private void fill(PlanVariables variables) {
    request.differences.forEach(each -> settings.checks.add(request.element.path() + ": " + each));
    settings.put("token_url", request.url + (request.query.isEmpty() ? "" : "?" + request.query));
    allowHttp(variables);
    if (!request.method.equals("POST")) {
      settings.set("token_method", request.method);
    }
    if (request.isLogin()) {
      settings.set("grant", "login");
      basicClient();
      new LoginTemplate(request, settings).fill();
    } else {
      grant();
      client();
      request.form.forEach(this::parameter);
    }
    request.headers.forEach((name, value) -> settings.put("token_header." + name, value));
  }

  private void allowHttp(PlanVariables variables) {
    Matcher host = HTTP_HOST.matcher(variables.resolved(request.url));
    if (host.matches() && !LOOPBACK.matcher(host.group(1)).matches()) {
      settings.set("allow_http", "true");
      settings.checks.add(
          request.element.path() + " goes by plain http, as it did: it sends secrets in clear");
    }
  }

  private void grant() {
    String grant = request.grant();
    String user = request.form.getOrDefault("username", "");
    String password = request.form.getOrDefault("password", "");
    switch (grant) {
      case "client_credentials":
        return; // what Tollgate does by itself
      case "password":
        settings.user(user, password);
        if (settings.user().isEmpty()) {
          settings.set("grant", grant); // users of a profile have it anyway
        }
        return;
      case "refresh_token":
        settings.set("grant", grant);
        settings.secret("refresh_token", request.form.getOrDefault("refresh_token", ""));
        return;
      case "authorization_code":
        settings.obstacles.add(
            "grant authorization_code: a code can be used once, so a person signs in; the command"
                + " login does that for a refresh token, see docs/command-line.md");
        return;
      case URN + "jwt-bearer":
      case URN + "saml2-bearer":
        settings.set("grant", grant.substring(URN.length()).replace('-', '_'));
        settings.secret("assertion", request.form.getOrDefault("assertion", ""));
        return;
      case URN + "token-exchange":
        settings.obstacles.add("grant token_exchange: see docs/grants/token-exchange.md");
        return;
      default:
        if (!Expression.in(grant).isEmpty()) {
          settings.obstacles.add(
              "its grant is " + grant + ", which is known only while the test runs");
        }
        settings.set("grant_type", grant);
        settings.user(user, password);
    }
  }

  private void client() {
    boolean isNeeded = request.grant().equals("client_credentials");
    if (isNeeded && request.clientId().isEmpty() && request.obstacles.isEmpty()) {
      settings.obstacles.add("the token request names no client_id");
    }
    if (request.basicId != null) {
      basicClient();
      return;
    }
    settings.put("client_id", request.clientId());
    settings.secret("client_secret", request.clientSecret());
    settings.set("client_auth", request.clientSecret().isEmpty() ? "none" : "client_secret_post");
  }

  /** JMeter and scripts send id and secret as they are, not form-encoded first. */
  private void basicClient() {
    if (request.basicId != null) {
      settings.put("client_id", request.basicId);
      settings.secret("client_secret", request.basicSecret);
      settings.set("client_auth", "client_secret_basic_raw");
    }
  }

  private void parameter(String name, String value) {
    if (OWN_SETTINGS.contains(name)) {
      settings.put(name, value);
    } else if (name.startsWith("client_assertion")) {
      settings.obstacles.add(
          "the client proves itself by " + name + ": see docs/client-authentication.md");
    } else if (!READ_ELSEWHERE.contains(name)) {
      settings.put("token_param." + name, value);
    }
  }
}
