package io.tollgate.testing;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;

/**
 * The main class of a child JVM: prints how this JVM reads the generation in service, and which
 * token it reads while tokens come, are rejected, are a user's or are another client's.
 */
public final class BothWays {
  private BothWays() {}

  public static void main(String[] arguments) throws Exception {
    System.out.println("by call: " + readsByCall());
    Map<String, String> settings = new HashMap<>();
    settings.put("token_url", "http://127.0.0.1:" + arguments[0] + "/token");
    settings.put("client_id", "demo");
    settings.put("client_secret", "demo-secret");
    Credential credential = Tollgate.define("child", settings);
    tell(credential, "first");
    tell(credential, "again");
    credential.report(401, null, credential.token());
    tell(credential, "rejected");
    Credential ann = credential.forUser("ann", "pw");
    tell(ann, "user");
    tell(ann, "again");
    settings.put("scope", "other");
    Tollgate.redefine("child", settings);
    tell(credential, "redefined");
    tell(ann, "user");
    settings.put("pool", "2");
    Tollgate.redefine("child", settings);
    tell(credential, "slot");
    tell(credential, "again");
  }

  private static void tell(Credential credential, String what) {
    String token = credential.token();
    System.out.println(what + " " + token.substring(token.lastIndexOf('-') + 1));
  }

  private static boolean readsByCall() throws Exception {
    Field field = Class.forName("io.tollgate.bridge.Word").getDeclaredField("BY_CALL");
    field.setAccessible(true);
    return field.getBoolean(null);
  }
}
