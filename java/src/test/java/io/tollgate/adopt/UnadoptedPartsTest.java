package io.tollgate.adopt;

import static io.tollgate.adopt.Jmx.TOKEN_URL;
import static io.tollgate.adopt.Jmx.bearer;
import static io.tollgate.adopt.Jmx.element;
import static io.tollgate.adopt.Jmx.form;
import static io.tollgate.adopt.Jmx.get;
import static io.tollgate.adopt.Jmx.group;
import static io.tollgate.adopt.Jmx.headers;
import static io.tollgate.adopt.Jmx.json;
import static io.tollgate.adopt.Jmx.keep;
import static io.tollgate.adopt.Jmx.login;
import static io.tollgate.adopt.Jmx.plan;
import static io.tollgate.adopt.Jmx.request;
import static io.tollgate.adopt.Jmx.setUp;
import static io.tollgate.adopt.Jmx.string;
import static io.tollgate.adopt.Jmx.variables;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What stays in a plan as it is, and what is said about it. */
class UnadoptedPartsTest {

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
                    request("login", "POST", TOKEN_URL, form, json("token", "$.access_token")),
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
        "Plan[Tollgate Credential, setUp[constants], Users[headers, " + Adopted.TOLLGATE + ", a]]",
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
