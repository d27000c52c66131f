package io.tollgate.jmeter.clientconfig;

import io.tollgate.text.JsonReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON that has a form of its own: a key file, an issuer's metadata, what Postman exports. */
final class JsonConfigurations {
  private JsonConfigurations() {}

  static void read(String text, ClientConfiguration into) {
    Object json = JsonReader.parse(text);
    Map<String, Object> members = JsonReader.object(json);
    switch (into.kind()) {
      case SERVICE_ACCOUNT:
        if ("service_account".equals(members.get("type"))) {
          into.set("preset", "google");
          // The key file is a value of this setting as it is; a field has one line.
          into.set("private_key", text.replaceAll("\\s*\\r?\\n\\s*", " "));
        }
        break;
      case DISCOVERY:
        discovery(members, into);
        break;
      default:
        postman(json, into);
    }
  }

  private static void discovery(Map<String, Object> members, ClientConfiguration into) {
    if (!members.containsKey("issuer") || !members.containsKey("token_endpoint")) {
      throw new IllegalArgumentException("no metadata");
    }
    into.set("token_url", text(members.get("token_endpoint")));
    Object methods = members.get("token_endpoint_auth_methods_supported");
    if (methods instanceof List
        && !((List<?>) methods).contains("client_secret_basic")
        && ((List<?>) methods).contains("client_secret_post")) {
      into.set("client_auth", "client_secret_post");
    }
  }

  /** The first OAuth 2 block anywhere in it. */
  private static void postman(Object json, ClientConfiguration into) {
    if (json instanceof List) {
      for (Object one : (List<?>) json) {
        postman(one, into);
      }
      return;
    }
    Map<String, Object> members = JsonReader.object(json);
    Object block = members.get("oauth2");
    if (block != null && into.settings().isEmpty()) {
      block(pairs(block), into);
    }
    members.values().forEach(each -> postman(each, into));
  }

  /** Newer exports have a list of keys and values, older ones an object. */
  private static Map<String, Object> pairs(Object block) {
    if (!(block instanceof List)) {
      return JsonReader.object(block);
    }
    Map<String, Object> pairs = new LinkedHashMap<>();
    for (Object one : (List<?>) block) {
      Map<String, Object> pair = JsonReader.object(one);
      pairs.put(text(pair.get("key")), pair.get("value"));
    }
    return pairs;
  }

  private static void block(Map<String, Object> block, ClientConfiguration into) {
    into.set("token_url", text(block.get("accessTokenUrl")));
    into.set("client_id", text(block.get("clientId")));
    into.set("client_secret", text(block.get("clientSecret")));
    into.set("scope", text(block.get("scope")));
    into.set("audience", text(block.get("audience")));
    into.set("resource", text(block.get("resource")));
    String grant = text(block.get("grant_type"));
    if (grant.startsWith("password")) {
      into.grantType("password");
      into.set("username", text(block.get("username")));
      into.set("password", text(block.get("password")));
    } else if (grant.startsWith("authorization_code")) {
      into.grantType("authorization_code");
    } else {
      into.grantType(grant);
    }
    String place = text(block.get("client_authentication"));
    if (place.equals("body")) {
      into.set("client_auth", "client_secret_post");
    } else if (place.equals("header")) {
      into.set("client_auth", "client_secret_basic");
    }
  }

  static String text(Object value) {
    return value instanceof String ? (String) value : "";
  }
}
