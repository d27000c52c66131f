package io.tollgate.adopt;

import io.tollgate.adopt.plan.Expression;
import io.tollgate.adopt.plan.PlanVariables;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** The id and secret of a client in the value of {@code Authorization: Basic}. */
final class BasicClient {
  private BasicClient() {}

  /**
   * Reads them into a request.
   *
   * @param value what follows {@code Basic}: Base64, a function that makes it, or {@code id:secret}
   * @return false if they can't be told
   */
  static boolean read(String value, PlanVariables variables, TokenRequest into) {
    String pair = value.trim();
    List<Expression> references = Expression.in(pair);
    boolean isOneReference = references.size() == 1 && references.get(0).toString().equals(pair);
    if (isOneReference && references.get(0).name().equals("__base64Encode")) {
      pair = references.get(0).argument(0);
    } else if (isOneReference && !variables.resolved(pair).equals(pair)) {
      // A user defined variable holds it: then its value is what counts.
      return read(variables.resolved(pair), variables, into);
    } else if (references.isEmpty() && pair.indexOf(':') < 0) {
      pair = decoded(pair);
    }
    int colon = colon(pair);
    if (colon < 0) {
      return false;
    }
    into.basicId = pair.substring(0, colon);
    into.basicSecret = pair.substring(colon + 1);
    return true;
  }

  private static String decoded(String base64) {
    try {
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /** The first colon that is not inside of a reference. */
  private static int colon(String pair) {
    int depth = 0;
    for (int i = 0; i < pair.length(); i++) {
      char c = pair.charAt(i);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (c == ':' && depth == 0) {
        return i;
      }
    }
    return -1;
  }
}
