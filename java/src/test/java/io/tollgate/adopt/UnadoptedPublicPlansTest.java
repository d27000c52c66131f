package io.tollgate.adopt;

import static io.tollgate.adopt.Jmx.csv;
import static io.tollgate.adopt.Jmx.element;
import static io.tollgate.adopt.Jmx.form;
import static io.tollgate.adopt.Jmx.get;
import static io.tollgate.adopt.Jmx.group;
import static io.tollgate.adopt.Jmx.headers;
import static io.tollgate.adopt.Jmx.json;
import static io.tollgate.adopt.Jmx.plan;
import static io.tollgate.adopt.Jmx.regex;
import static io.tollgate.adopt.Jmx.request;
import static io.tollgate.adopt.Jmx.script;
import static io.tollgate.adopt.Jmx.string;
import static io.tollgate.adopt.Jmx.variables;

import org.junit.jupiter.api.Test;

/** Shapes of public plans whose token requests stay, with names and values of our own. */
class UnadoptedPublicPlansTest {

  /**
   * wso2/performance-apim, long-running-tests/tests/
   * OAuth_ClientCredentials_Grant_With_API_Invocation.jmx.
   */
  @Test
  void clientsOfACsvFileAreOneCredentialEachWhichAPersonHasToDecide() {
    String token =
        request(
            "GetToken",
            "POST",
            "https://${host}/oauth2/token",
            form(
                "grant_type",
                "client_credentials",
                "client_secret",
                "${consumer_secret}",
                "client_id",
                "${consumer_key}",
                "scope",
                "device_${__Random(0,9)}"));
    Adopted.of(
            plan(
                variables("server", "host", "${__P(host,localhost)}"),
                csv("clients", "consumer_key,consumer_secret"),
                group(
                    "Load",
                    token,
                    regex("accessToken", "\"access_token\":\"(.+?)\""),
                    headers("headers", "Authorization", "Bearer ${accessToken}"),
                    get("invoke"))))
        .assertUnchanged()
        .assertLeaves(
            "client_id is ${consumer_key}, which Plan > clients sets while the test runs",
            "scope has ${__Random(0,9)}, which is another at each call");
  }

  /**
   * wso2/performance-apim, long-running-tests/tests/OAuth_Password_Grant_With_API_Invocation.jmx.
   */
  @Test
  void usersOfClientsOfACsvFileStayToo() {
    String token =
        request(
            "GetToken",
            "POST",
            "https://localhost/oauth2/token",
            form(
                "grant_type",
                "password",
                "username",
                "${prefix}${user_count_id}",
                "password",
                "${password}",
                "client_id",
                "${consumer_key}"));
    Adopted.of(
            plan(
                new String[] {"prefix", "testUser_", "password", "pw"},
                csv("clients", "consumer_key,consumer_secret"),
                group(
                    "Load",
                    element("RandomVariableConfig", "n", string("variableName", "user_count_id")),
                    token,
                    regex("accessToken", "\"access_token\":\"(.+?)\""),
                    headers("headers", "Authorization", "Bearer ${accessToken}"),
                    get("invoke"))))
        .assertUnchanged()
        .assertLeaves("client_id is ${consumer_key}")
        .assertSaysNot("username", "user_count_id");
  }

  /** wso2/performance-is, common/jmeter/setup/TestData_SCIM2_Add_Sub_Org_Users.jmx. */
  @Test
  void aClientThatAScriptMakesUpAndAnExchangeOfItsTokenStay() {
    String first =
        request(
            "first",
            "POST",
            "https://auth.example.com/oauth2/token",
            form("grant_type", "client_credentials"),
            headers("auth", "Authorization", "Basic ${encoded}"),
            json("parent_token", "$.access_token"));
    String second =
        request(
            "switch",
            "POST",
            "https://auth.example.com/oauth2/token",
            form("grant_type", "organization_switch", "token", "${parent_token}"),
            headers("auth", "Authorization", "Basic ${encoded}"),
            json("org_token", "$.access_token"));
    Adopted.of(
            plan(
                group(
                    "Users",
                    script("BeanShellPreProcessor", "client", "vars.put(\"encoded\", x);"),
                    first,
                    second,
                    get("add", headers("h", "Authorization", "Bearer ${org_token}")))))
        .assertUnchanged()
        .assertLeaves(
            "client id and secret can't be told from the Authorization header of Plan > Users >"
                + " first > auth",
            "token_param.token is ${parent_token}, which Plan > Users > first > extract"
                + " parent_token sets while the test runs");
  }

  /** Sunbird-Ed/sunbird-perf-tests, sunbird-platform/auth-token/auth-token.jmx. */
  @Test
  void aTestOfTheTokenEndpointItselfStays() {
    Adopted.of(
            plan(
                csv("people", "client_id,grant_type,client_secret,email"),
                group(
                    "auth-token",
                    request(
                        "auth-token",
                        "POST",
                        "https://auth.example.com/token",
                        form("client_id", "${client_id}", "grant_type", "${grant_type}")))))
        .assertUnchanged()
        .assertSays("stays, for its own time");
  }

  /** comprodls-data/lti-performance-tests, oauth.jmx: a fragment that other plans include. */
  @Test
  void aFragmentThatOtherPlansIncludeStays() {
    Adopted.of(
            plan(
                element(
                    "TestFragmentController",
                    "Oauth",
                    "",
                    request(
                        "Oauth",
                        "POST",
                        "https://auth.example.com/token",
                        form(
                            "grant_type",
                            "${grant_type}",
                            "client_assertion_type",
                            "${client_assertion_type}"),
                        json("access-token", "$..access_token")))))
        .assertUnchanged()
        .assertSays("stays, for its own time");
  }
}
