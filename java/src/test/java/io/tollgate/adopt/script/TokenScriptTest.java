package io.tollgate.adopt.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What scripts of plans say of the requests that they make. */
class TokenScriptTest {
  private static TokenScript script(String... lines) {
    return TokenScript.of(String.join("\n", lines));
  }

  @Test
  void variablesPropertiesAndTheEnvironmentBecomeFieldsOfAPlan() {
    TokenScript script =
        script(
            "// new URL('http://not.this/one')",
            "def base = props['auth'] ?: 'https://auth.example.com'",
            "String id = props.getProperty(\"id\", \"load\"), s = vars.get('s')",
            "def secret = System.getenv('SECRET')",
            "def c = new URL(base + \"/token\").openConnection()",
            "c.setRequestProperty('Authorization', 'Basic ' + (id + ':' + s).bytes.encodeBase64())",
            "def body = \"grant_type=client_credentials&client_secret=\" + secret",
            "c.outputStream << body");
    assertEquals(
        Collections.singleton("${__P(auth,https://auth.example.com)}/token"), script.urls());
    assertEquals("${__P(id,load)}:${s}", script.basic());
    assertTrue(script.hasUnknownBody(), "the environment is a value by itself only");
  }

  @Test
  void pairsAndMapsAreForms() {
    TokenScript pairs =
        script(
            "def post = new HttpPost('https://auth.example.com/token')",
            "params.add(new BasicNameValuePair(\"grant_type\", \"client_credentials\"))",
            "params.add(new BasicNameValuePair(\"client_secret\", System.getenv(\"SECRET\")))");
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "client_credentials");
    form.put("client_secret", "env:SECRET");
    assertEquals(form, pairs.fields());
    assertEquals(Collections.singleton("https://auth.example.com/token"), pairs.urls());
    TokenScript map = script("send([grant_type: 'password', username: vars.user, password: pw()])");
    form.clear();
    form.put("grant_type", "password");
    form.put("username", "${user}");
    form.put("password", null);
    assertEquals(form, map.fields());
  }

  @Test
  void groovyTemplatesAreReadAndJMetersOwnReferencesStay() {
    TokenScript script =
        script(
            "def id = '${clientId}'",
            "def form = \"grant_type=client_credentials&client_id=$id&client_secret=${secret}\"",
            "def url = \"https://${props.get('host')}/${__P(realm,x)}\".toURL()");
    assertEquals(
        Collections.singleton(
            "grant_type=client_credentials&client_id=${clientId}&client_secret=${secret}"),
        script.bodies());
    assertEquals(Collections.singleton("https://${__P(host)}/${__P(realm,x)}"), script.urls());
  }

  @Test
  void whatIsComputedCantBeSaid() {
    TokenScript script =
        script(
            "def user = 'u' + ctx.threadNum % 5",
            "def form = \"grant_type=password&username=$user\"",
            "id = 'a'; id = 'b'",
            "header('Basic ' + id)");
    assertTrue(script.bodies().isEmpty() && script.hasUnknownBody());
    assertNull(script.basic());
    assertTrue(script.hasBasic());
  }

  @Test
  void onlyAScriptThatSendsFormsRequestsTokens() {
    assertTrue(TokenScript.is("new URL(u).openConnection() << 'grant_type=x'"));
    assertFalse(TokenScript.is("vars.put('form', 'grant_type=x')"));
    assertFalse(TokenScript.is("new URL(u).openConnection()"));
  }

  @Test
  void signsInRegularExpressionsAndBrokenScriptsDoNotHarm() {
    assertEquals(
        Collections.singleton("https://a.example.com/t"),
        script("def w = (h =~ /it's \"(\\d+)\\/x/)", "new URL('https://a.example.com/t')").urls());
    for (String broken :
        new String[] {"'open", "new URL(", "\"${", "\"$", "a = a + b", "/*", "("}) {
      TokenScript script = script(broken + " grant_type=");
      script.urls();
      script.bodies();
      script.basic();
      script.fields();
    }
  }
}
