package io.tollgate.adopt;

import static io.tollgate.adopt.Adopted.settings;
import static io.tollgate.adopt.Jmx.csv;
import static io.tollgate.adopt.Jmx.element;
import static io.tollgate.adopt.Jmx.form;
import static io.tollgate.adopt.Jmx.get;
import static io.tollgate.adopt.Jmx.group;
import static io.tollgate.adopt.Jmx.headers;
import static io.tollgate.adopt.Jmx.json;
import static io.tollgate.adopt.Jmx.plan;
import static io.tollgate.adopt.Jmx.post;
import static io.tollgate.adopt.Jmx.regex;
import static io.tollgate.adopt.Jmx.request;
import static io.tollgate.adopt.Jmx.script;
import static io.tollgate.adopt.Jmx.setUp;
import static io.tollgate.adopt.Jmx.string;
import static io.tollgate.adopt.Jmx.variables;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/**
 * The shapes of plans that were found in public repositories and articles, with names and values of
 * our own. Each test names the origin of its shape.
 */
class PublicPlansTest {
  private static String basicLogin(String... more) {
    String[] parts = new String[more.length + 3];
    parts[0] =
        headers("auth", "Authorization", "Basic ${__base64Encode(${__P(id)}:${__P(secret)})}");
    parts[1] = json("access_token", "$.access_token");
    parts[2] =
        script(
            "BeanShellPostProcessor",
            "keep",
            "props.put(\"access_token\", vars.get(\"access_token\"));");
    System.arraycopy(more, 0, parts, 3, more.length);
    return request(
        "Get Access Token",
        "POST",
        "https://${__P(auth)}/auth/oauth/token?grant_type=client_credentials",
        new String[0],
        parts);
  }

  private static String typedHeaders() {
    return headers(
        "headers", "Authorization", "Bearer ${__P(access_token)}", "Content-Type", "text/plain");
  }

  /** ministryofjustice/hmpps-alerts-api, load-test.jmx. */
  @Test
  void theGrantInTheUrlABasicHeaderMadeByAFunctionAndBeanShell() {
    Adopted adopted =
        Adopted.of(plan(setUp(basicLogin()), group("Load", typedHeaders(), get("a"), get("b"))));
    adopted.assertComplete().assertSays("the plan sent parameters in the URL");
    assertEquals(
        "Plan[Tollgate Credential, Load[headers, " + Adopted.TOLLGATE + ", a, b]]", adopted.tree());
    assertEquals(
        settings(
            "token_url",
            "https://${__P(auth)}/auth/oauth/token",
            "client_id",
            "${__P(id)}",
            "client_secret",
            "${__P(secret)}",
            "client_auth",
            "client_secret_basic_raw"),
        adopted.credential("default"));
  }

  /** ministryofjustice/hmpps-document-management-api, load-test.jmx. */
  @Test
  void aSetUpGroupThatAlsoMakesTestDataKeepsThat() {
    Adopted adopted =
        Adopted.of(
            plan(
                setUp(
                    basicLogin(),
                    script("JSR223Sampler", "make data", "props.put('ids', [1, 2, 3])")),
                group("Upload", typedHeaders(), get("a")),
                group("Load", typedHeaders(), get("b"))));
    adopted.assertComplete();
    assertEquals(
        "Plan[Tollgate Credential, setUp[make data], Upload[headers, "
            + Adopted.TOLLGATE
            + ", a], Load[headers, "
            + Adopted.TOLLGATE
            + ", b]]",
        adopted.tree());
  }

  /** mosip/mosip-performance-tests, commons/id-repository/scripts/IDRepo_Test_Script.jmx. */
  @Test
  void tokensOfAFileThatGoAsACookieAreToldOnce() {
    Adopted adopted =
        Adopted.of(
            plan(
                csv("tokens", "authToken"),
                group(
                    "Load",
                    get("a", headers("h", "Cookie", "Authorization=${authToken}")),
                    get("b", headers("h", "Cookie", "Authorization=${authToken}")))));
    adopted
        .assertUnchanged()
        .assertLeaves(
            "Plan > tokens sets ${authToken}, which Plan > Load > a > h and 1 more sends: tokens"
                + " made elsewhere");
    assertEquals(1, adopted.report().split("authToken", -1).length - 1, adopted.report());
  }

  /**
   * Amorajoaovictor/distrischool-backend, jmeter/test-plan.jmx, and patel-manav20/
   * Yelp_Discovery_App, jmeter/yelp-load-test.jmx.
   */
  @Test
  void loginsOfTheApplicationsOwnEachForAKindOfUser() {
    Adopted adopted =
        Adopted.of(
            plan(
                group(
                    "Admins",
                    headers("h", "Authorization", "Bearer ${admin_token}"),
                    applicationLogin("Admin Login", "a@example.com", "admin_token"),
                    get("a")),
                group(
                    "Students",
                    headers("h", "Authorization", "Bearer ${token}", "Content-Type", "text/plain"),
                    applicationLogin("Student Login", "s@example.com", "token"),
                    get("b"))));
    adopted.assertComplete().assertHasNot("pw-of-this-test");
    assertEquals(
        "Plan[Tollgate Credential admin-login, Tollgate Credential student-login, Admins["
            + Adopted.TOLLGATE
            + ", a], Students[h, "
            + Adopted.TOLLGATE
            + ", b]]",
        adopted.tree());
    assertEquals(
        settings(
            "token_url",
            "https://api.example.com/auth/login",
            "grant",
            "login",
            "token_body",
            "{\"email\":\"{{username}}\", \"password\" : \"{{password}}\", \"device\":1}",
            "username",
            "a@example.com",
            "password",
            "env:TOLLGATE_ADMIN_LOGIN_PASSWORD",
            "token_field",
            "/data/token"),
        adopted.credential("admin-login"));
  }

  private static String applicationLogin(String name, String user, String variable) {
    return post(
        name,
        "https://api.example.com/auth/login",
        "{\"email\":\"" + user + "\", \"password\" : \"pw-of-this-test\", \"device\":1}",
        headers("json", "Content-Type", "application/json"),
        json(variable, "$.data.token"));
  }

  /** pedrojcaceresl/spring-security-asymmetric-encryption, jmeter/load-test.jmx. */
  @Test
  void aRecordedTokenIsToldWithoutItsValue() {
    Adopted adopted =
        Adopted.of(
            plan(
                group(
                    "Users",
                    headers("recorded", "Authorization", "Bearer eyJhbGciOi.of-this.test"),
                    get("a"))));
    adopted.assertUnchanged().assertLeaves("Plan > Users > recorded sends a token that was");
    assertEquals(-1, adopted.report().indexOf("eyJ"), adopted.report());
  }

  /** A blog of Microsoft, "Authentication with Azure Load Testing: Azure Active Directory". */
  @Test
  void aRawBodyForEntraAndAnAssertionThatSetsAProperty() {
    Adopted adopted =
        Adopted.of(
            plan(
                variables(
                    "client",
                    "tenant",
                    "${__GetSecret(tenant)}",
                    "client",
                    "c",
                    "client_secret",
                    "s3cret"),
                setUp(
                    post(
                        "token",
                        "https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token",
                        "client_id=${client}&client_secret=${__urlencode(${client_secret})}"
                            + "&scope=api%3A%2F%2Fload%2F.default&grant_type=client_credentials",
                        regex("access_token", "access_token\":\"([^\"]+)")),
                    element(
                        "BeanShellAssertion",
                        "share",
                        string(
                            "BeanShellAssertion.query",
                            "${__setProperty(access_token,${access_token})}"))),
                group(
                    "Load",
                    headers("h", "Authorization", "Bearer ${__property(access_token)}"),
                    get("a"))));
    adopted
        .assertComplete()
        .assertSays("client_secret: ${client_secret} is a User Defined Variable");
    assertEquals(
        "Plan[Tollgate Credential, client, Load[" + Adopted.TOLLGATE + ", a]]", adopted.tree());
    assertEquals(
        settings(
            "token_url",
            "https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token",
            "client_id",
            "${client}",
            "client_secret",
            "${client_secret}",
            "client_auth",
            "client_secret_post",
            "scope",
            "api://load/.default"),
        adopted.credential("default"));
  }

  /** gigsterous.github.io, "Stress testing secured application with JMeter". */
  @Test
  void aLogoutAtTheEndOfEachRoundKeepsTheLogin() {
    String[] form = form("grant_type", "password", "username", "john", "password", "pw");
    Adopted.of(
            plan(
                group(
                    "Users",
                    request(
                        "login",
                        "POST",
                        "http://localhost/oauth/token",
                        form,
                        headers("auth", "Authorization", "Basic bG9hZDpwdw=="),
                        json("token", "$.access_token")),
                    headers("h", "Authorization", "Bearer ${token}"),
                    get("a"),
                    request("out", "POST", "http://localhost/oauth/revoke-token", form()))))
        .assertUnchanged()
        .assertLeaves("Plan > Users > out ends the token");
  }

  /**
   * testsmith.io, "Creating a realistic performance test using the refresh token endpoint in
   * JMeter", with forms of OAuth 2.0 in the place of its login.
   */
  @Test
  void ifControllersThatLogInAndRefreshByTheClock() {
    String[] refresh =
        form("grant_type", "refresh_token", "client_id", "c", "refresh_token", "${refresh}");
    String[] login =
        form("grant_type", "password", "client_id", "c", "username", "u", "password", "${__P(pw)}");
    String url = "https://auth.example.com/token";
    String extract = json("token;refresh;life", "$.access_token;$.refresh_token;$.expires_in");
    String note = script("JSR223PostProcessor", "note", "vars.put('since', '${__time(,)}')");
    String first =
        element(
            "IfController",
            "first",
            string("IfController.condition", "${__jexl3(${since} == 0,)}"),
            request("login", "POST", url, login, extract, note));
    String again =
        element(
            "IfController",
            "again",
            string(
                "IfController.condition",
                "${__jexl3((${__time(,)} - ${since}) > (${life} * 900),)}"),
            request("refresh", "POST", url, refresh, extract, note));
    Adopted adopted =
        Adopted.of(
            plan(
                new String[] {"since", "0"},
                group(
                    "Users",
                    first,
                    again,
                    headers("h", "Authorization", "Bearer ${token}"),
                    get("a"))));
    adopted.assertComplete();
    assertEquals("Plan[Tollgate Credential, Users[" + Adopted.TOLLGATE + ", a]]", adopted.tree());
    assertEquals("u", adopted.credential("default").get("username"));
  }
}
