package io.tollgate.jmeter.clientconfig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Texts as the tools write them become settings of a profile. */
class ClientConfigurationTest {
  private static Map<String, String> map(String... keysAndValues) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  private static ClientConfiguration read(ClientConfiguration.Kind kind, String... lines) {
    ClientConfiguration read = ClientConfiguration.read(String.join("\n", lines));
    assertNotNull(read, "not recognized");
    assertEquals(kind, read.kind());
    return read;
  }

  private static void isRead(
      ClientConfiguration.Kind kind, Map<String, String> settings, String... lines) {
    assertEquals(settings, new LinkedHashMap<>(read(kind, lines).settings()));
  }

  @Test
  void curlWithAFormOfTheClient() {
    assertEquals(
        map(
            "client_id", "load test",
            "client_secret", "p&ss=w0rd",
            "scope", "read write",
            "token_param.account", "7",
            "client_auth", "client_secret_post",
            "token_url", "https://login.example.com/oauth/token"),
        new LinkedHashMap<>(
            read(
                    ClientConfiguration.Kind.CURL,
                    "curl --request POST \\",
                    "  --url https://login.example.com/oauth/token \\",
                    "  --header 'content-type: application/x-www-form-urlencoded' \\",
                    "  --data 'grant_type=client_credentials&client_id=load+test"
                        + "&client_secret=p%26ss%3Dw0rd&scope=read%20write&account=7'")
                .settings()));
  }

  @Test
  void curlWithBasicAuthentication() {
    Map<String, String> settings =
        map(
            "token_url", "https://login.example.com/token",
            "client_id", "me",
            "client_secret", "hunter2",
            "client_auth", "client_secret_basic_raw");
    isRead(
        ClientConfiguration.Kind.CURL,
        settings,
        "curl -X POST https://login.example.com/token -u me:hunter2"
            + " -d grant_type=client_credentials");
    isRead(
        ClientConfiguration.Kind.CURL,
        settings,
        "curl 'https://login.example.com/token' -H 'Authorization: Basic bWU6aHVudGVyMg=='"
            + " --data-raw 'grant_type=client_credentials'");
  }

  @Test
  void curlWithAUserAndAHeader() {
    isRead(
        ClientConfiguration.Kind.CURL,
        map(
            "grant", "password",
            "username", "ann",
            "password", "s",
            "client_id", "web",
            "token_url", "https://a.example.com/t",
            "token_header.X-Tenant", "acme"),
        "curl \"https://a.example.com/t\" -H \"X-Tenant: acme\" -d \"grant_type=password\" -d"
            + " \"username=ann\" -d \"password=s\" -d \"client_id=web\"");
  }

  @Test
  void aGoogleServiceAccount() {
    ClientConfiguration read =
        read(
            ClientConfiguration.Kind.SERVICE_ACCOUNT,
            "{",
            "  \"type\": \"service_account\",",
            "  \"project_id\": \"p\",",
            "  \"private_key\": \"-----BEGIN PRIVATE KEY-----\\n"
                + "MII\\n"
                + "-----END PRIVATE KEY-----\\n"
                + "\",",
            "  \"client_email\": \"bot@p.iam.gserviceaccount.com\",",
            "  \"token_uri\": \"https://oauth2.googleapis.com/token\"",
            "}");
    assertEquals("google", read.settings().get("preset"));
    String key = read.settings().get("private_key");
    assertTrue(key.startsWith("{ \"type\"") && key.contains("KEY-----\\nMII\\n"), key);
    assertTrue(key.indexOf('\n') < 0, "a field has one line");
  }

  @Test
  void theMetadataOfAnIssuer() {
    isRead(
        ClientConfiguration.Kind.DISCOVERY,
        map(
            "token_url", "https://id.example.com/oauth2/token",
            "client_auth", "client_secret_post"),
        "{\"issuer\":\"https://id.example.com\",",
        "\"token_endpoint\":\"https://id.example.com/oauth2/token\",",
        "\"token_endpoint_auth_methods_supported\":[\"client_secret_post\",\"none\"]}");
  }

  @Test
  void aCollectionOfPostman() {
    isRead(
        ClientConfiguration.Kind.POSTMAN,
        map(
            "token_url", "${base}/oauth/token",
            "client_id", "load",
            "client_secret", "${secret}",
            "scope", "a b",
            "client_auth", "client_secret_post"),
        "{\"info\":{\"name\":\"Shop\"},\"item\":[{\"name\":\"x\",\"request\":{\"auth\":{",
        "\"type\":\"oauth2\",\"oauth2\":[",
        "{\"key\":\"accessTokenUrl\",\"value\":\"{{base}}/oauth/token\",\"type\":\"string\"},",
        "{\"key\":\"clientId\",\"value\":\"load\"},{\"key\":\"clientSecret\",\"value\":\"{{secret}}\"},",
        "{\"key\":\"scope\",\"value\":\"a"
            + " b\"},{\"key\":\"grant_type\",\"value\":\"client_credentials\"},",
        "{\"key\":\"client_authentication\",\"value\":\"body\"},{\"key\":\"tokenName\",\"value\":\"t\"}]}}}]}");
    isRead(
        ClientConfiguration.Kind.POSTMAN,
        map(
            "token_url", "https://a.example.com/t",
            "client_id", "c",
            "grant", "password",
            "username", "ann",
            "password", "s"),
        "{\"type\":\"oauth2\",\"oauth2\":{\"accessTokenUrl\":\"https://a.example.com/t\","
            + "\"clientId\":\"c\",\"grant_type\":\"password_credentials\",\"username\":\"ann\","
            + "\"password\":\"s\"}}");
  }

  @Test
  void aSecuritySchemeOfOpenApi() {
    Map<String, String> settings =
        map("token_url", "https://api.example.com/token", "scope", "orders:read orders:write");
    isRead(
        ClientConfiguration.Kind.OPENAPI,
        settings,
        "components:",
        "  securitySchemes:",
        "    shop:",
        "      type: oauth2",
        "      flows:",
        "        authorizationCode:",
        "          authorizationUrl: https://api.example.com/authorize",
        "          tokenUrl: https://api.example.com/code-token",
        "          scopes: {}",
        "        clientCredentials:",
        "          tokenUrl: https://api.example.com/token",
        "          scopes:",
        "            orders:read: read them",
        "            orders:write: write them",
        "    key:",
        "      type: apiKey");
    isRead(
        ClientConfiguration.Kind.OPENAPI,
        settings,
        "{\"type\": \"oauth2\", \"flow\": \"application\",",
        " \"tokenUrl\": \"https://api.example.com/token\",",
        " \"scopes\": {\"orders:read\": \"read them\", \"orders:write\": \"write them\"}}");
    isRead(
        ClientConfiguration.Kind.OPENAPI,
        map("issuer", "https://id.example.com/realms/a"),
        "type: openIdConnect",
        "openIdConnectUrl: https://id.example.com/realms/a/.well-known/openid-configuration");
  }

  @Test
  void linesOfAnEnvironmentAndOfProperties() {
    Map<String, String> settings =
        map(
            "client_id", "load",
            "client_secret", "a=b#c",
            "token_url", "https://login.example.com/t",
            "scope", "x y");
    isRead(
        ClientConfiguration.Kind.ASSIGNMENTS,
        settings,
        "# the shop",
        "export SHOP_CLIENT_ID=load",
        "SHOP_CLIENT_SECRET=\"a=b#c\"",
        "SHOP_TOKEN_URL=https://login.example.com/t # of the test system",
        "SHOP_SCOPES='x y'",
        "DB_PASSWORD=other",
        "PATH=/bin");
    isRead(
        ClientConfiguration.Kind.ASSIGNMENTS,
        settings,
        "spring.security.oauth2.client.registration.shop.client-id=load",
        "spring.security.oauth2.client.registration.shop.client-secret=a=b#c",
        "spring.security.oauth2.client.provider.shop.token-uri=https://login.example.com/t",
        "spring.security.oauth2.client.registration.shop.scope=x y");
    isRead(
        ClientConfiguration.Kind.ASSIGNMENTS,
        settings,
        "{",
        "  \"clientId\": \"load\",",
        "  \"clientSecret\": \"a=b#c\",",
        "  \"tokenUrl\": \"https://login.example.com/t\",",
        "  \"scope\": \"x y\"",
        "}");
    isRead(
        ClientConfiguration.Kind.ASSIGNMENTS,
        map("region", "eu-west-1", "client_id", "load"),
        "tollgate.profile.shop.region=eu-west-1",
        "tollgate.profile.shop.client_id=load");
  }

  @Test
  void theFormOfATokenRequest() {
    isRead(
        ClientConfiguration.Kind.FORM,
        map("client_id", "a", "client_secret", "b", "client_auth", "client_secret_post"),
        "grant_type=client_credentials&client_id=a&client_secret=b");
  }

  @Test
  void whatNeedsAPersonIsLeftOutAndWhatIsNoClientIsNothing() {
    ClientConfiguration code =
        read(
            ClientConfiguration.Kind.CURL,
            "curl https://a.example.com/t -d 'grant_type=authorization_code&code=x&client_id=c'");
    assertEquals(Arrays.asList("grant_type=authorization_code", "code"), code.leftOut());
    assertNull(ClientConfiguration.read(""));
    assertNull(ClientConfiguration.read("hello"));
    assertNull(ClientConfiguration.read("{\"a\": 1}"));
    assertNull(ClientConfiguration.read("PATH=/bin\nDB_PASSWORD=x"));
    assertNull(ClientConfiguration.read("{\"issuer\": "));
  }
}
