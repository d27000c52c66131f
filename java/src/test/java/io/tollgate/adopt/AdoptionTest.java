package io.tollgate.adopt;

import static io.tollgate.adopt.Adopted.settings;
import static io.tollgate.adopt.Jmx.bearer;
import static io.tollgate.adopt.Jmx.boundary;
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

/** The ways in which plans get tokens, and what becomes of each. */
class AdoptionTest {
  private static final String URL = "https://auth.example.com/oauth/token";
  private static final String TOLLGATE = "Tollgate Authorization, Tollgate Feedback";

  private static String login(String... parts) {
    return request(
        "login",
        "POST",
        URL,
        form(
            "grant_type",
            "client_credentials",
            "client_id",
            "${__P(id)}",
            "client_secret",
            "${__P(secret)}"),
        parts);
  }

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
        "Plan[Tollgate Credential, Users[headers, " + TOLLGATE + ", a, b]]", adopted.tree());
    assertEquals(
        settings(
            "token_url",
            URL,
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
    assertEquals("Plan[Tollgate Credential, Users[" + TOLLGATE + ", a[headers]]]", adopted.tree());
  }

  @Test
  void aGroovyScriptWithALockOfItsOwn() {
    String fetch =
        script(
            "JSR223PreProcessor",
            "authorize",
            "import org.apache.jmeter.protocol.http.control.Header",
            "synchronized (props) {",
            "  if (props.get('token') == null) {",
            "    def id = System.getenv('CLIENT_ID')",
            "    def c = new URL('https://auth.example.com/oauth/token').openConnection()",
            "    c.doOutput = true",
            "    c.setRequestProperty('Authorization', 'Basic ' + \"$id:${props.get('secret')}\"",
            "        .bytes.encodeBase64().toString())",
            "    c.outputStream << 'grant_type=client_credentials&scope=read+write'",
            "    props.put('token', new"
                + " groovy.json.JsonSlurper().parse(c.inputStream).access_token)",
            "  }",
            "}",
            "sampler.headerManager.add(new Header('Authorization', 'Bearer ' +"
                + " props.get('token')))");
    Adopted adopted = Adopted.of(plan(group("Users", fetch, get("a"), get("b"))));
    // `$id` is a value by itself only: joined with the secret it is one text no setting can name.
    adopted.assertUnchanged().assertLeaves("client id and secret can't be told from the script");
    Adopted told =
        Adopted.of(
            plan(group("Users", fetch.replace("System.getenv('CLIENT_ID')", "'load'"), get("a"))));
    told.assertComplete();
    assertEquals("Plan[Tollgate Credential, Users[" + TOLLGATE + ", a]]", told.tree());
    assertEquals(
        settings(
            "token_url",
            URL,
            "client_id",
            "load",
            "client_secret",
            "${__P(secret)}",
            "client_auth",
            "client_secret_basic_raw",
            "scope",
            "read write"),
        told.credential("default"));
  }

  @Test
  void aScriptBelowASamplerIsNotTakenForAPartOfThatSamplersAnswer() {
    String fetch =
        script(
            "JSR223PreProcessor",
            "authorize",
            "def c = new URL('https://auth.example.com/oauth/token').openConnection()",
            "c.outputStream << 'grant_type=client_credentials&client_id=load'",
            "vars.put('token', new groovy.json.JsonSlurper().parse(c.inputStream).access_token)",
            "sampler.headerManager.add(new Header('Authorization', 'Bearer ' +"
                + " vars.get('token')))");
    Adopted adopted = Adopted.of(plan(group("Users", get("a", fetch), get("b"))));
    adopted.assertComplete();
    assertEquals(
        "Plan[Tollgate Credential, Users[a[Tollgate Authorization, Tollgate Feedback], b]]",
        adopted.tree());
  }

  @Test
  void aScriptThatFetchesAgainAfterA401() {
    Adopted adopted =
        Adopted.of(
            plan(
                setUp(login(boundary("token", "\"access_token\":\""), keep())),
                group(
                    "Users",
                    bearer("${__property(token)}"),
                    get("a"),
                    script(
                        "JSR223PostProcessor",
                        "drop it",
                        "if (prev.responseCode == '401') { props.remove('token') }"))));
    adopted.assertComplete();
    assertEquals("Plan[Tollgate Credential, Users[headers, " + TOLLGATE + ", a]]", adopted.tree());
  }

  @Test
  void aScriptThatDoesMoreThanReactStays() {
    Adopted adopted =
        Adopted.of(
            plan(
                setUp(login(json("token", "$.access_token"), keep())),
                group(
                    "Users",
                    bearer("${__P(token)}"),
                    get("a"),
                    script(
                        "JSR223PostProcessor",
                        "forgive",
                        "if (prev.responseCode == '401') { prev.setSuccessful(true) }"),
                    script(
                        "JSR223PostProcessor",
                        "wait",
                        "if (prev.responseCode == '429') { props.remove('token') }"))));
    adopted.assertComplete().assertSays("Plan > Users > wait waited after a 429");
    assertEquals(
        "Plan[Tollgate Credential, Users[headers, " + TOLLGATE + ", a, forgive]]", adopted.tree());
  }

  @Test
  void aScriptThatKeepsTheTokenAndDoesMoreKeepsAllOfItAsItIs() {
    String keep =
        script(
            "JSR223Sampler",
            "keep",
            "props.put('token', vars.get('token'))",
            "if (vars.get('token')) notifyTeam()");
    Adopted.of(
            plan(
                setUp(login(json("token", "$.access_token")), keep),
                group("Users", bearer("${__P(token)}"), get("a"))))
        .assertUnchanged()
        .assertLeaves("Plan > setUp > keep is a script that reads the token");
  }

  private static String keep() {
    return script("JSR223PostProcessor", "keep", "props.put('token', vars.get('token'))");
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
                        request("login", "POST", URL, form, json("token", "$.access_token"))),
                    bearer("${token}"),
                    get("a"))));
    adopted.assertComplete();
    assertEquals(
        "Plan[Tollgate Credential, Users[people, headers, " + TOLLGATE + ", a]]", adopted.tree());
    assertEquals(
        settings(
            "token_url",
            URL,
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
            request("login", "POST", URL, form, json("token", "$.access_token")),
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
                        URL,
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
        "Plan[Tollgate Credential, Users[headers, a[" + TOLLGATE + "], basic[own]]]",
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
  void aScriptThatReadsTheTokenKeepsAllOfItAsItIs() {
    Adopted.of(
            plan(
                setUp(login(json("token", "$.access_token"), keep())),
                group(
                    "Users",
                    bearer("${__P(token)}"),
                    get("a"),
                    script("JSR223Sampler", "sign", "vars.put('s', sign(props.get('token')))"))))
        .assertUnchanged()
        .assertLeaves("Plan > Users > sign is a script that reads the token");
  }

  @Test
  void whatElseIsReadOfTheAnswerKeepsTheRequest() {
    Adopted.of(
            plan(
                group(
                    "Users",
                    login(json("token;instance", "$.access_token;$.instance_url")),
                    get("a", bearer("${token}"), headers("i", "X-Instance", "${instance}")))))
        .assertUnchanged()
        .assertLeaves("Plan > Users > a > i reads ${instance}");
  }

  @Test
  void aTokenThatThePlanRevokesIsLeftAlone() {
    Adopted.of(
            plan(
                group(
                    "Users",
                    login(json("token", "$.access_token")),
                    get("a", bearer("${token}")),
                    request(
                        "bye",
                        "POST",
                        "https://auth.example.com/revoke",
                        form("token", "${token}")))))
        .assertUnchanged()
        .assertLeaves("Plan > Users > bye ends the token");
  }

  @Test
  void aTokenRequestWhoseTimeIsMeasuredStays() {
    Adopted.of(plan(group("Users", login(json("token", "$.access_token")))))
        .assertUnchanged()
        .assertSays("Plan > Users > login: stays, for its own time", "Nothing to adopt");
  }

  @Test
  void grantsThatNeedAPersonAreLeftToOne() {
    String[] form = form("grant_type", "authorization_code", "client_id", "x", "code", "${code}");
    Adopted.of(
            plan(
                group(
                    "Users",
                    request("login", "POST", URL, form, json("token", "$.access_token")),
                    get("a", bearer("${token}")))))
        .assertUnchanged()
        .assertLeaves("a person signs in", "token_param.code is ${code}");
  }

  @Test
  void aPlanThatHasTollgateAlreadyIsLeftAsItIs() {
    Adopted adopted =
        Adopted.of(
            plan(
                setUp(login(json("token", "$.access_token"), keep())),
                group("Users", bearer("${__P(token)}"), get("a"))));
    Adopted again = Adopted.of(adopted.text());
    again.assertUnchanged().assertSays("Tollgate is in this plan already");
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
    assertEquals("Plan[Tollgate Credential, Users[headers, " + TOLLGATE + ", a]]", adopted.tree());
    adopted.assertHas("<stringProp name=\"profile\">own</stringProp>");
  }

  @Test
  void otherElementsOfTollgateThatReachTheSamplersArePutRightByAPerson() {
    String credential =
        element(
            "io.tollgate.jmeter.elements.CredentialConfig",
            "Other",
            string("CredentialConfig.profile", "other"));
    String type = "io.tollgate.jmeter.elements.AuthorizationPreProcessor";
    String users = group("Users", bearer("${__P(token)}"), get("a"));
    String setUp = setUp(login(json("token", "$.access_token"), keep()));
    Adopted.of(plan(credential, element(type, "Auth", string("profile", "")), setUp, users))
        .assertUnchanged()
        .assertLeaves("Plan > Auth has no Profile, and would not know which with two");
    Adopted.of(plan(credential, element(type, "Auth", string("profile", "other")), setUp, users))
        .assertUnchanged()
        .assertLeaves("Plan > Auth gives its samplers the token of another profile");
    Adopted.of(
            plan(
                credential,
                setUp,
                users,
                group("Others", element(type, "Auth", string("profile", "other")), get("b"))))
        .assertComplete();
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

  @Test
  void whatNobodyHereKnowsSurvives() {
    String plugin =
        "<com.example.Plugin guiclass='x' testname=\"odd &amp; old\" enabled=\"true\" more=\"1\">\n"
            + "  <weird:thing xmlns:weird=\"urn:x\"><![CDATA[<&>]]></weird:thing>\n"
            + "</com.example.Plugin>\n<hashTree/>\n<!-- <hashTree> in a comment -->\n";
    Adopted adopted =
        Adopted.of(
            plan(
                setUp(login(json("token", "$.access_token"), keep())),
                group("Users", bearer("${__P(token)}"), plugin, get("a"))));
    adopted.assertComplete();
    adopted.assertHas("guiclass='x'", "<![CDATA[<&>]]>", "<!-- <hashTree> in a comment -->");
  }

  @Test
  void aGroupWithUserDefinedVariablesStaysForThem() {
    Adopted adopted =
        Adopted.of(
            plan(
                setUp(
                    variables("constants", "host", "api.example.com"),
                    login(json("token", "$.access_token"), keep())),
                group("Users", bearer("${__P(token)}"), get("a"))));
    adopted.assertComplete();
    assertEquals(
        "Plan[Tollgate Credential, setUp[constants], Users[headers, " + TOLLGATE + ", a]]",
        adopted.tree());
  }

  @Test
  void disabledPartsAreNeitherEvidenceNorChanged() {
    String off = login(json("token", "$.access_token")).replace("true", "false");
    Adopted.of(plan(group("Users", off, get("a", bearer("${token}")))))
        .assertUnchanged()
        .assertLeaves("which no running part of this plan sets");
  }
}
