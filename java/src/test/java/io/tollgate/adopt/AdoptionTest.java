package io.tollgate.adopt;

import static io.tollgate.adopt.Adopted.settings;
import static io.tollgate.adopt.Jmx.TOKEN_URL;
import static io.tollgate.adopt.Jmx.bearer;
import static io.tollgate.adopt.Jmx.csv;
import static io.tollgate.adopt.Jmx.element;
import static io.tollgate.adopt.Jmx.form;
import static io.tollgate.adopt.Jmx.get;
import static io.tollgate.adopt.Jmx.group;
import static io.tollgate.adopt.Jmx.headers;
import static io.tollgate.adopt.Jmx.json;
import static io.tollgate.adopt.Jmx.keep;
import static io.tollgate.adopt.Jmx.login;
import static io.tollgate.adopt.Jmx.plan;
import static io.tollgate.adopt.Jmx.post;
import static io.tollgate.adopt.Jmx.regex;
import static io.tollgate.adopt.Jmx.request;
import static io.tollgate.adopt.Jmx.script;
import static io.tollgate.adopt.Jmx.setUp;
import static io.tollgate.adopt.Jmx.string;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The ways in which plans get tokens, and what becomes of each. */
class AdoptionTest {
  @Test
  void aSetUpGroupThatHandsTheTokenOnByAProperty() {
    Adopted adopted =
        Adopted.of(
            plan(
                setUp(
                    login(
                        json("token", "$.access_token"),
                        script("JSR223PostProcessor", "keep", "${__setProperty(token,${token})}"))),
                group("Users", bearer("${__P(token)}"), get("a"), get("b"))));
    adopted.assertComplete();
    assertEquals(
        "Plan[Tollgate Credential, Users[headers, " + Adopted.TOLLGATE + ", a, b]]",
        adopted.tree());
    assertEquals(
        settings(
            "token_url",
            TOKEN_URL,
            "client_id",
            "${__P(id)}",
            "client_secret",
            "${__P(secret)}",
            "client_auth",
            "client_secret_post"),
        adopted.credential("default"));
    adopted.assertHas("X-Plan").assertHasNot("Bearer", "__setProperty");
  }

  @Test
  void anIfControllerThatChecksTheTimeAndFetchesAgain() {
    String again =
        element(
            "IfController",
            "is it old?",
            string("IfController.condition", "${__groovy(vars.get('until') == null)}"),
            login(
                regex("token", "\"access_token\":\"(.+?)\""),
                json("expires_in", "$.expires_in"),
                script(
                    "JSR223PostProcessor",
                    "note the time",
                    "vars.put('until', '' + (System.currentTimeMillis()"
                        + " + 1000 * vars.get('expires_in').toLong()))")));
    Adopted adopted = Adopted.of(plan(group("Users", again, get("a", bearer("${token}")))));
    adopted.assertComplete();
    assertEquals(
        "Plan[Tollgate Credential, Users[" + Adopted.TOLLGATE + ", a[headers]]]", adopted.tree());
  }

  @Test
  void usersOfACsvFileWithPasswords() {
    String[] form =
        form(
            "grant_type",
            "password",
            "client_id",
            "load",
            "username",
            "${user}",
            "password",
            "${password}");
    Adopted adopted =
        Adopted.of(
            plan(
                group(
                    "Users",
                    csv("people", "user,password"),
                    element(
                        "OnceOnlyController",
                        "once",
                        "",
                        request("login", "POST", TOKEN_URL, form, json("token", "$.access_token"))),
                    bearer("${token}"),
                    get("a"))));
    adopted.assertComplete();
    assertEquals(
        "Plan[Tollgate Credential, Users[people, headers, " + Adopted.TOLLGATE + ", a]]",
        adopted.tree());
    assertEquals(
        settings(
            "token_url",
            TOKEN_URL,
            "client_id",
            "load",
            "client_auth",
            "none",
            "token_header.X-Plan",
            "of the plan"),
        adopted.credential("default"));
    adopted.assertSays("now each sample has the token of the user that ${user} names");
    adopted.assertHas(
        "<stringProp name=\"user\">${user}</stringProp>",
        "<stringProp name=\"password\">${password}</stringProp>");
  }

  @Test
  void aVariableWithAValueThatThreadsSetAnewIsNotKnownAtTheStart() {
    String[] form = form("grant_type", "password", "client_id", "${client}", "username", "${user}");
    String[] defined = {"user", "nobody", "client", "load"};
    String users =
        group(
            "Users",
            csv("people", "user"),
            request("login", "POST", TOKEN_URL, form, json("token", "$.access_token")),
            get("a", bearer("${token}")));
    Adopted.of(plan(defined, users))
        .assertComplete()
        .assertHas("<stringProp name=\"user\">${user}</stringProp>")
        .assertHas("<stringProp name=\"setting.client_id\">${client}</stringProp>");
    Adopted.of(plan(defined, users, group("Others", csv("clients", "client"))))
        .assertUnchanged()
        .assertLeaves("client_id is ${client}, which Plan > Others > clients sets");
  }

  @Test
  void aLiteralSecretLeavesThePlanAndIsNamedButNotShown() {
    String secret = "hunter2 & more";
    Adopted adopted =
        Adopted.of(
            plan(
                group(
                    "Users",
                    post(
                        "login",
                        TOKEN_URL,
                        "grant_type=client_credentials&client_id=load&client_secret=hunter2+%26+more",
                        json("token", "$.access_token")),
                    get("a", bearer("${token}")))));
    adopted.assertComplete().assertHasNot("hunter2").assertSays("TOLLGATE_DEFAULT_CLIENT_SECRET");
    assertEquals(
        "env:TOLLGATE_DEFAULT_CLIENT_SECRET", adopted.credential("default").get("client_secret"));
    assertEquals(-1, adopted.report().indexOf(secret.substring(0, 7)), adopted.report());
  }

  @Test
  void aClientOfABasicHeaderThatUserDefinedVariablesHold() {
    Adopted adopted =
        Adopted.of(
            plan(
                new String[] {"basic", "bG9hZDpodW50ZXIy", "auth", "auth.example.com"},
                setUp(
                    post(
                        "login",
                        "https://${auth}/oauth/token",
                        "{\"grant_type\":\"client_credentials\",\"audience\":\"urn:api\"}",
                        headers("client", "Authorization", "Basic ${basic}", "X-Realm", "load"),
                        json("token", "$.access_token"),
                        keep())),
                group("Users", bearer("${__P(token)}"), get("a"))));
    adopted.assertComplete();
    assertEquals(
        settings(
            "token_url",
            "https://${auth}/oauth/token",
            "client_id",
            "load",
            "client_secret",
            "env:TOLLGATE_DEFAULT_CLIENT_SECRET",
            "client_auth",
            "client_secret_basic_raw",
            "grant",
            "login",
            "token_body",
            "{\"grant_type\":\"client_credentials\",\"audience\":\"urn:api\"}",
            "token_header.X-Realm",
            "load"),
        adopted.credential("default"));
  }

  @Test
  void aLoginOfAnyShapeIsMadeAgainForEachUser() {
    String[] form = form("login", "${user}", "pwd", "${password}", "app", "load");
    String signIn =
        request(
            "sign in",
            "PUT",
            "https://api.example.com/session?v=2",
            form,
            regex("jwt", "\"idToken\"\\s*:\\s*\"(.+?)\""),
            script("JSR223PostProcessor", "auth", "vars.put('auth', 'Bearer ' + vars.get('jwt'))"));
    Adopted adopted =
        Adopted.of(
            plan(
                group(
                    "Users",
                    csv("people", "user,password"),
                    element("OnceOnlyController", "once", "", signIn),
                    get("a", headers("h", "Authorization", "${auth}"), json("x", "$.x")),
                    get("b", headers("h", "X-Auth-Token", "${jwt}")))));
    // A header by another name would need the function, which knows no user.
    adopted.assertUnchanged().assertLeaves("Plan > Users > b > h reads the token of a user");
    Adopted without =
        Adopted.of(
            plan(
                group(
                    "Users",
                    csv("people", "user,password"),
                    element("OnceOnlyController", "once", "", signIn),
                    get("a", headers("h", "Authorization", "${auth}"), json("x", "$.x")))));
    without.assertComplete().assertSays("the token is read from the field 'idToken'");
    assertEquals(
        settings(
            "token_url",
            "https://api.example.com/session?v=2",
            "token_method",
            "PUT",
            "grant",
            "login",
            "token_param.login",
            "{{username}}",
            "token_param.pwd",
            "{{password}}",
            "token_param.app",
            "load",
            "token_field",
            "idToken"),
        without.credential("default"));
    without.assertHas("<stringProp name=\"user\">${user}</stringProp>");
  }

  @Test
  void whatIsTakenOfALoginAndSentElsewhereIsNoToken() {
    Adopted.of(
            plan(
                group(
                    "Users",
                    post("form", "https://a.example.com/x", "{}", json("csrf", "$.csrf")),
                    get("a", headers("h", "X-CSRF-Token", "${csrf}")))))
        .assertUnchanged()
        .assertSays("Nothing to adopt: no running part of this plan requests a token");
  }

  @Test
  void anIdTokenOfAnOAuthRequestIsReadFromItsField() {
    Adopted adopted =
        Adopted.of(plan(group("Users", login(json("t", "$.id_token")), get("a", bearer("${t}")))));
    adopted.assertComplete();
    assertEquals("id_token", adopted.credential("default").get("token_field"));
  }

  @Test
  void severalEndpointsEachGetAProfileOfTheirOwn() {
    String other =
        request(
            "Other login!",
            "POST",
            "http://other.example.com/token",
            form(
                "grant_type", "client_credentials", "client_id", "x", "client_secret", "${__P(y)}"),
            json("other", "$.access_token"));
    Adopted adopted =
        Adopted.of(
            plan(
                setUp(login(json("token", "$.access_token"), keep()), get("warm up")),
                group(
                    "Users",
                    element("OnceOnlyController", "once", "", other),
                    get("a", bearer("${__P(token)}")),
                    get("b", headers("b's", "authorization", "bearer ${other}")))));
    adopted.assertComplete().assertSays("plain http");
    assertEquals(
        "Plan[Tollgate Credential login, Tollgate Credential other-login, setUp[warm up],"
            + " Users[a[headers, Tollgate Authorization, Tollgate Feedback],"
            + " b[Tollgate Authorization, Tollgate Feedback]]]",
        adopted.tree());
    assertEquals("true", adopted.credential("other-login").get("allow_http"));
    assertEquals("x", adopted.credential("other-login").get("client_id"));
  }

  @Test
  void aSamplerThatSendsAnotherHeaderKeepsIt() {
    Adopted adopted =
        Adopted.of(
            plan(
                setUp(login(json("token", "$.access_token"), keep())),
                group(
                    "Users",
                    bearer("${__P(token)}"),
                    get("a"),
                    get("basic", headers("own", "Authorization", "Basic ${x}")))));
    adopted.assertComplete();
    assertEquals(
        "Plan[Tollgate Credential, Users[headers, a[" + Adopted.TOLLGATE + "], basic[own]]]",
        adopted.tree());
  }

  @Test
  void fieldsThatAreNoHeaderCallTheFunction() {
    Adopted adopted =
        Adopted.of(
            plan(
                setUp(login(json("token", "$.access_token"), keep())),
                group(
                    "Users",
                    post("ws", "https://api.example.com/ws", "{\"token\":\"${__P(token)}\"}"),
                    headers("h", "X-Token", "${__P(token)}"))));
    adopted.assertComplete();
    adopted.assertHas(
        "{&quot;token&quot;:&quot;${__tollgate(default,token)}&quot;}",
        ">${__tollgate(default,token)}<");
    assertEquals("Plan[Tollgate Credential, Users[ws, h]]", adopted.tree());
  }

  @Test
  void theSameClientAsAnExistingCredentialNeedsNoSecondOne() {
    String before =
        plan(
            setUp(login(json("token", "$.access_token"), keep())),
            group("Users", bearer("${__P(token)}"), get("a")));
    String half =
        Adopted.of(before)
            .text()
            .replace(
                "<stringProp name=\"CredentialConfig.profile\">default<",
                "<stringProp name=\"CredentialConfig.profile\">own<");
    String credential =
        half.substring(
            half.indexOf("<io.tollgate.jmeter.elements.CredentialConfig"),
            half.indexOf("<hashTree/>", half.indexOf("</io.tollgate")) + 12);
    int at = before.indexOf("<SetupThreadGroup");
    Adopted adopted = Adopted.of(before.substring(0, at) + credential + before.substring(at));
    adopted.assertComplete();
    assertEquals(
        "Plan[Tollgate Credential, Users[headers, " + Adopted.TOLLGATE + ", a]]", adopted.tree());
    adopted.assertHas("<stringProp name=\"profile\">own</stringProp>");
  }

  @Test
  void aHeaderOfAnotherSchemeCallsTheFunctionAndIsNotToldAsLeft() {
    Adopted adopted =
        Adopted.of(
            plan(
                setUp(login(json("token", "$.access_token"), keep())),
                group("Users", headers("h", "Authorization", "Token ${__P(token)}"), get("a"))));
    adopted.assertComplete().assertHas("Token ${__tollgate(default,token)}");
    assertEquals("Plan[Tollgate Credential, Users[h, a]]", adopted.tree());
  }
}
