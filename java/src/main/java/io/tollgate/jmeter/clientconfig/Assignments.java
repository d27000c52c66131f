package io.tollgate.jmeter.clientconfig;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names and values, a line each, as environments, properties, YAML and flat JSON have them. */
final class Assignments {
  private static final Pattern LINE =
      Pattern.compile(
          "^[\\s{-]*(?:export\\s+|set\\s+|\\$env:)?[\"']?([A-Za-z_][\\w.-]*)[\"']?\\s*[=:]\\s*(.*?)[\\s,}]*$",
          Pattern.MULTILINE);
  private static final Pattern OWN = Pattern.compile("tollgate\\.profile\\.[^.]+\\.(.+)");

  /** Ends of names in use, the longest first, and the settings that they mean. */
  private static final String[][] ENDS = {
    {"access_token_url", "token_url"},
    {"access_token_uri", "token_url"},
    {"token_endpoint", "token_url"},
    {"token_url", "token_url"},
    {"token_uri", "token_url"},
    {"consumer_secret", "client_secret"},
    {"client_secret", "client_secret"},
    {"consumer_key", "client_id"},
    {"client_id", "client_id"},
    {"refresh_token", "refresh_token"},
    {"issuer_uri", "issuer"},
    {"issuer_url", "issuer"},
    {"issuer", "issuer"},
    {"authority", "issuer"},
    {"audience", "audience"},
    {"scopes", "scope"},
    {"scope", "scope"},
    {"grant_type", "grant_type"},
    {"username", "username"},
    {"password", "password"},
  };

  private Assignments() {}

  static void read(String text, ClientConfiguration into) {
    Map<String, String> others = new LinkedHashMap<>();
    String prefix = null;
    for (Matcher line = LINE.matcher(text); line.find(); ) {
      String value = unquoted(line.group(2));
      Matcher own = OWN.matcher(line.group(1));
      if (own.matches()) {
        into.set(own.group(1), value);
        continue;
      }
      String name = plain(line.group(1));
      String[] end = end(name);
      if (end == null) {
        continue; // an environment has much that is about something else
      }
      String before = name.substring(0, name.length() - end[0].length());
      if (end[1].equals("username") || end[1].equals("password")) {
        others.put(before + ":" + end[1], value);
      } else if (end[1].equals("grant_type")) {
        into.grantType(value);
      } else {
        prefix = end[1].equals("client_id") ? before : prefix;
        into.set(end[1], value);
      }
    }
    // The password of a database is none of the client's.
    for (String user : new String[] {"username", "password"}) {
      String value = others.get((prefix == null ? "" : prefix) + ":" + user);
      if (value != null) {
        into.set(user, value);
      }
    }
  }

  private static String[] end(String name) {
    for (String[] end : ENDS) {
      if (name.equals(end[0]) || name.endsWith("_" + end[0])) {
        return end;
      }
    }
    return null;
  }

  /** {@code clientId}, {@code client-id} and {@code CLIENT_ID} alike. */
  private static String plain(String name) {
    return name.replaceAll("([a-z])([A-Z])", "$1_$2")
        .replaceAll("[.-]", "_")
        .toLowerCase(Locale.ROOT);
  }

  private static String unquoted(String value) {
    String text = value.trim();
    if (text.length() >= 2) {
      char first = text.charAt(0);
      int last = text.lastIndexOf(first);
      if ((first == '"' || first == '\'') && last > 0) {
        return text.substring(1, last);
      }
    }
    return text.replaceFirst("\\s+#.*$", "");
  }
}
