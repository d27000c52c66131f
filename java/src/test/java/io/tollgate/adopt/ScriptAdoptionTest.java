package io.tollgate.adopt;

import static io.tollgate.adopt.Adopted.settings;
import static io.tollgate.adopt.Jmx.TOKEN_URL;
import static io.tollgate.adopt.Jmx.bearer;
import static io.tollgate.adopt.Jmx.boundary;
import static io.tollgate.adopt.Jmx.get;
import static io.tollgate.adopt.Jmx.group;
import static io.tollgate.adopt.Jmx.json;
import static io.tollgate.adopt.Jmx.keep;
import static io.tollgate.adopt.Jmx.login;
import static io.tollgate.adopt.Jmx.plan;
import static io.tollgate.adopt.Jmx.script;
import static io.tollgate.adopt.Jmx.setUp;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What becomes of scripts that get, keep and renew a token. */
class ScriptAdoptionTest {

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
    assertEquals("Plan[Tollgate Credential, Users[" + Adopted.TOLLGATE + ", a]]", told.tree());
    assertEquals(
        settings(
            "token_url",
            TOKEN_URL,
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
    assertEquals(
        "Plan[Tollgate Credential, Users[headers, " + Adopted.TOLLGATE + ", a]]", adopted.tree());
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
        "Plan[Tollgate Credential, Users[headers, " + Adopted.TOLLGATE + ", a, forgive]]",
        adopted.tree());
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
}
