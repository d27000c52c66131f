package io.tollgate.jmeter.clientconfig;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A security scheme of OpenAPI 3 or Swagger 2, as JSON or YAML. Few of its lines say something to a
 * client, and they are written alike in both, so lines are read and not a document.
 */
final class OpenApiScheme {
  private static final Pattern SCHEME =
      Pattern.compile("[\"']?type[\"']?\\s*:\\s*[\"']?(oauth2|openIdConnect)\\b");
  private static final Pattern SCOPES = Pattern.compile("^(\\s*)[\"']?scopes[\"']?\\s*:\\s*(\\{)?");
  private static final Pattern SCOPE =
      Pattern.compile("^\\s*[\"']?([\\w./:-]*[\\w./-])[\"']?\\s*:(\\s|$).*");
  private static final String WELL_KNOWN = "/.well-known/openid-configuration";

  private OpenApiScheme() {}

  static void read(String text, ClientConfiguration into) {
    if (!SCHEME.matcher(text).find()) {
      throw new IllegalArgumentException("no scheme");
    }
    String discovery = value(text, "openIdConnectUrl");
    into.set("issuer", discovery.replace(WELL_KNOWN, ""));
    // Of several flows the one that needs no person.
    Matcher clients = Pattern.compile("(clientCredentials|application)\\b").matcher(text);
    Matcher users = Pattern.compile("\\bpassword\\b").matcher(text);
    String flow = text;
    if (clients.find()) {
      flow = clients.group(1).equals("clientCredentials") ? text.substring(clients.start()) : text;
    } else if (users.find()) {
      into.grantType("password");
      flow = text.contains("flows") ? text.substring(users.start()) : text;
    } else if (discovery.isEmpty()) {
      into.leaveOut("authorizationUrl");
    }
    into.set("token_url", value(flow, "tokenUrl"));
    into.set("scope", String.join(" ", scopes(flow)));
  }

  private static String value(String text, String name) {
    Matcher found =
        Pattern.compile("[\"']?" + name + "[\"']?\\s*:\\s*[\"']?(https?:[^\\s\"',}]+)")
            .matcher(text);
    return found.find() ? found.group(1) : "";
  }

  /** The names below the first {@code scopes}: all lines that are deeper, or all up to a brace. */
  private static List<String> scopes(String flow) {
    List<String> scopes = new ArrayList<>();
    int depth = -1;
    boolean isJson = false;
    for (String line : flow.split("\\r?\\n|(?<=\\{)|(?<=,)|(?=})")) {
      Matcher start = SCOPES.matcher(line);
      if (depth < 0) {
        if (start.find()) {
          depth = start.group(1).length();
          isJson = start.group(2) != null;
        }
        continue;
      }
      int indent = line.length() - line.replaceFirst("^\\s+", "").length();
      if (line.trim().startsWith("}") || !isJson && !line.trim().isEmpty() && indent <= depth) {
        break;
      }
      Matcher scope = SCOPE.matcher(line);
      if (scope.matches()) {
        scopes.add(scope.group(1));
      }
    }
    return scopes;
  }
}
