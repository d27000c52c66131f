package io.tollgate.cli.login;

import io.tollgate.Credential;
import java.io.IOException;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The device flow: the user signs in with a browser on any machine (RFC 8628). */
final class DeviceLogin {
  static final String GRANT = "urn:ietf:params:oauth:grant-type:device_code";

  private static final List<String> BY_SECRET =
      Arrays.asList("client_secret_basic", "client_secret_basic_raw", "client_secret_post");

  /** RFC 7523 section 2.2. */
  private static final String ASSERTION_TYPE =
      "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  /** RFC 8628 section 3.2. */
  private static final long USUAL_INTERVAL = 5;

  private final PrintStream out;
  private final LoginProfile profile;
  private long interval;
  private long expires;

  DeviceLogin(PrintStream out, LoginProfile profile) {
    this.out = out;
    this.profile = profile;
  }

  /** Seconds between two polls, as the server wants. */
  long interval() {
    return interval;
  }

  /** Seconds that the code lives. */
  long expires() {
    return expires;
  }

  /**
   * Gets a code and says where the user enters it.
   *
   * @param file where the refresh token goes
   * @return what redeems the code once the user has signed in
   */
  Credential run(String file) throws IOException, LoginFailure {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("client_id", profile.required("client_id"));
    String scope = profile.setting("scope");
    if (scope != null) {
      form.put("scope", scope);
    }
    String url = profile.url("device_authorization_url", "device_authorization_endpoint");
    Map<String, Object> answer = request(url, form);
    interval = seconds(answer.get("interval"), USUAL_INTERVAL);
    expires = seconds(answer.get("expires_in"), 600);
    Object whole = answer.get("verification_uri_complete");
    // Google called it verification_url before the RFC was final.
    Object uri = answer.getOrDefault("verification_uri", answer.get("verification_url"));
    if (!(answer.get("device_code") instanceof String) || uri == null) {
      throw new LoginFailure("the answer of " + url + " has no device_code or verification_uri");
    }
    out.println("Sign in with a browser on any machine: " + (whole == null ? uri : whole));
    out.println("and enter the code: " + answer.get("user_code"));
    out.flush();
    Map<String, String> grant =
        Collections.singletonMap("device_code", (String) answer.get("device_code"));
    return profile.redeeming(GRANT, grant, file);
  }

  /** The client authenticates here as at the token endpoint (RFC 8628 section 3.1). */
  private Map<String, Object> request(String url, Map<String, String> form)
      throws IOException, LoginFailure {
    String secret = profile.setting("client_secret");
    String assertion = profile.setting("client_assertion");
    String method = profile.setting("client_auth");
    Map<String, String> withSecret = new LinkedHashMap<>(form);
    if (assertion != null) {
      withSecret.put("client_assertion_type", ASSERTION_TYPE);
      withSecret.put("client_assertion", assertion.trim());
      return post(url, withSecret, null);
    }
    if (secret == null || method != null && !BY_SECRET.contains(method)) {
      return withId(url, form);
    }
    withSecret.put("client_secret", secret);
    if ("client_secret_post".equals(method)) {
      return post(url, withSecret, null);
    }
    boolean isRaw = "client_secret_basic_raw".equals(method);
    String basic = Texts.basic(form.get("client_id"), secret, isRaw);
    try {
      return post(url, form, basic);
    } catch (IOException e) {
      // If the profile leaves it to the preset, it may be the other one.
      if (method != null || !isInvalidClient(e)) {
        throw e;
      }
      return post(url, withSecret, null);
    }
  }

  /** A client that is known by its id, or whose authentication is the engine's to make. */
  private Map<String, Object> withId(String url, Map<String, String> form)
      throws IOException, LoginFailure {
    try {
      return post(url, form, null);
    } catch (IOException e) {
      if (!isInvalidClient(e)) {
        throw e;
      }
      throw new LoginFailure(
          e.getMessage()
              + "; the server wants the client authenticated where device codes come from, and"
              + " login --device can do that by client_secret_basic, client_secret_post and"
              + " client_assertion only: set one of these, or sign in with a browser on this"
              + " machine (login without --device)");
    }
  }

  private static boolean isInvalidClient(IOException refusal) {
    return String.valueOf(refusal.getMessage()).contains("invalid_client");
  }

  private static Map<String, Object> post(String url, Map<String, String> form, String basic)
      throws IOException {
    HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
    if (basic != null) {
      connection.setRequestProperty("Authorization", basic);
    }
    return LoginProfile.answer(
        connection, "POST", Texts.form(form).getBytes(StandardCharsets.US_ASCII));
  }

  private static long seconds(Object value, long otherwise) {
    return value instanceof Number ? Math.max(1, ((Number) value).longValue()) : otherwise;
  }
}
