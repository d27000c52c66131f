package io.tollgate.cli.login;

import io.tollgate.Credential;
import io.tollgate.Tollgate;
import io.tollgate.profile.GivenSettings;
import io.tollgate.run.Hosts;
import io.tollgate.text.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The profile that a user signs in for, and what of its settings a login needs. */
final class LoginProfile {
  /** Settings of the grant that the test uses: a login has another. */
  private static final List<String> OF_THE_GRANT =
      Arrays.asList(
          "grant",
          "grant_type",
          "username",
          "password",
          "assertion",
          "assertion_issuer",
          "assertion_subject",
          "subject_token",
          "subject_token_type",
          "actor_token",
          "actor_token_type",
          "requested_token_type",
          "pool",
          "refresh_token");

  private static final int TIMEOUT_MILLIS = 15_000;

  private final String name;
  private final Map<String, String> given;
  private final GivenSettings settings = new GivenSettings();
  private Map<String, Object> metadata;

  LoginProfile(String name) {
    this.name = name;
    this.given = Hosts.current().properties("tollgate.profile." + name + ".");
    settings.add(given, "property");
  }

  /** What a setting stands for, {@code null} if it is not set. */
  String setting(String key) {
    return settings.resolved(key);
  }

  String required(String key) throws LoginFailure {
    String value = setting(key);
    if (value == null) {
      throw new LoginFailure(
          key
              + " is missing; set tollgate.profile."
              + name
              + "."
              + key
              + " in the file of -p or with -J");
    }
    return value.trim();
  }

  /** The path of {@code refresh_token=file:PATH}. */
  String refreshTokenFile() throws LoginFailure {
    String text = settings.inEffect("refresh_token");
    if (text == null || !text.startsWith("file:")) {
      throw new LoginFailure(
          "the refresh token needs a file: set tollgate.profile."
              + name
              + ".refresh_token=file:PATH");
    }
    return text.substring("file:".length());
  }

  /** A URL that is a setting or stands in the metadata of the issuer. */
  String url(String setting, String inMetadata) throws LoginFailure {
    String url = setting(setting);
    if (url != null) {
      return url.trim();
    }
    if (setting("issuer") == null) {
      throw new LoginFailure(
          "where to sign in is not known: set tollgate.profile."
              + name
              + "."
              + setting
              + ", or issuer");
    }
    Object found = metadata().get(inMetadata);
    if (!(found instanceof String)) {
      throw new LoginFailure("the metadata of issuer have no " + inMetadata + ": set " + setting);
    }
    return (String) found;
  }

  private Map<String, Object> metadata() throws LoginFailure {
    if (metadata == null) {
      String url =
          setting("issuer").trim().replaceFirst("/$", "") + "/.well-known/openid-configuration";
      try {
        HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
        metadata = answer(connection, "GET", null);
      } catch (IOException | RuntimeException e) {
        throw new LoginFailure("the metadata at " + url + " can't be read: " + e.getMessage());
      }
    }
    return metadata;
  }

  /** The JSON object that a server answers. */
  static Map<String, Object> answer(HttpURLConnection connection, String method, byte[] form)
      throws IOException {
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    connection.setRequestMethod(method);
    connection.setRequestProperty("Accept", "application/json");
    if (form != null) {
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
      connection.getOutputStream().write(form);
    }
    boolean refused = connection.getResponseCode() >= 400;
    try (InputStream in = refused ? connection.getErrorStream() : connection.getInputStream()) {
      String text = in == null ? "{}" : Texts.read(in);
      Map<String, Object> answer = JsonReader.object(JsonReader.parse(text));
      if (refused) {
        throw new IOException(connection.getResponseCode() + " " + Texts.error(answer));
      }
      return answer;
    } catch (IllegalArgumentException e) {
      throw new IOException("the answer is no JSON object", e);
    }
  }

  /**
   * The credential that redeems what the login brought. The engine does it as in a test: with the
   * client authentication, proxy and certificates of the profile, and it writes the refresh token.
   *
   * @param grantType of the login
   * @param parameters of the grant
   * @param file where the refresh token goes; does not exist yet
   */
  Credential redeeming(String grantType, Map<String, String> parameters, String file) {
    Map<String, String> settings = new HashMap<>(given);
    settings.keySet().removeAll(OF_THE_GRANT);
    settings.put("grant_type", grantType);
    parameters.forEach((key, value) -> settings.put("token_param." + key, "literal:" + value));
    settings.put("refresh_token", "file:" + file);
    settings.put("token_timeout", "20s");
    settings.put("permanent_cooldown", "100ms");
    return Tollgate.define("login-" + UUID.randomUUID(), settings);
  }
}
