package io.tollgate.testing;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.TollgateException;
import java.util.HashMap;
import java.util.Map;

/**
 * The main class of a child JVM: reads a token from the server at the given port twice and prints
 * it, or the failure. Then it simply returns.
 */
public final class FetchTokens {
  private FetchTokens() {}

  public static void main(String[] arguments) {
    Map<String, String> settings = new HashMap<>();
    settings.put("token_url", "http://127.0.0.1:" + arguments[0] + "/token");
    settings.put("client_id", "demo");
    settings.put("client_secret", "demo-secret");
    Credential credential = Tollgate.define("child", settings);
    for (int i = 0; i < 2; i++) {
      try {
        System.out.println("got " + credential.authorization());
      } catch (TollgateException e) {
        System.out.println(e.getCode() + " | " + e.getMessage());
      }
    }
    System.out.println(credential.status());
  }
}
