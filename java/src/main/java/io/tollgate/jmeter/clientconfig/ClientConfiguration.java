package io.tollgate.jmeter.clientconfig;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a text says of an OAuth client: settings of a profile, and what was left out. */
public final class ClientConfiguration {
  /** Kinds of texts, in the order they are tried in: a later one reads what an earlier one does. */
  public enum Kind {
    /** A command of curl that requests a token. */
    CURL,
    /** The JSON key file of a Google service account. */
    SERVICE_ACCOUNT,
    /** The metadata of an issuer (OpenID Connect Discovery, RFC 8414). */
    DISCOVERY,
    /** A Postman collection, request or its {@code auth}. */
    POSTMAN,
    /** A security scheme of OpenAPI or Swagger, as JSON or YAML. */
    OPENAPI,
    /** The form of a token request. */
    FORM,
    /** Names and values: {@code .env}, properties, YAML, flat JSON. */
    ASSIGNMENTS
  }

  private static final List<String> ENOUGH =
      Collections.unmodifiableList(
          Arrays.asList("token_url", "issuer", "client_id", "private_key"));

  private final Map<String, String> settings = new LinkedHashMap<>();
  private final List<String> leftOut = new ArrayList<>();
  private final Kind kind;

  ClientConfiguration(Kind kind) {
    this.kind = kind;
  }

  /**
   * Reads a text, whatever tool wrote it.
   *
   * @param text as it was copied
   * @return {@code null} if it is about no client
   */
  public static ClientConfiguration read(String text) {
    String trimmed = text.trim();
    for (Kind kind : Kind.values()) {
      ClientConfiguration read = new ClientConfiguration(kind);
      try {
        read.fill(trimmed);
      } catch (IllegalArgumentException e) {
        continue; // not a text of this kind
      }
      if (ENOUGH.stream().anyMatch(read.settings::containsKey)) {
        return read;
      }
    }
    return null;
  }

  private void fill(String text) {
    switch (kind) {
      case CURL:
        CurlCommand.read(text, this);
        break;
      case SERVICE_ACCOUNT:
      case DISCOVERY:
      case POSTMAN:
        JsonConfigurations.read(text, this);
        break;
      case OPENAPI:
        OpenApiScheme.read(text, this);
        break;
      case FORM:
        TokenRequestForm.read(text, this);
        break;
      default:
        Assignments.read(text, this);
    }
  }

  /**
   * What kind of text it was.
   *
   * @return one of those that {@link #read} knows
   */
  public Kind kind() {
    return kind;
  }

  /**
   * The settings it has.
   *
   * @return keys and values, secrets among them
   */
  public Map<String, String> settings() {
    return Collections.unmodifiableMap(settings);
  }

  /**
   * What no setting was found for.
   *
   * @return names, without values
   */
  public List<String> leftOut() {
    return Collections.unmodifiableList(leftOut);
  }

  /** Sets one, unless it is blank. Variables of Postman become those of JMeter. */
  void set(String key, String value) {
    if (value != null && !value.trim().isEmpty()) {
      settings.put(key, value.trim().replaceAll("\\{\\{\\s*([^{}]+?)\\s*}}", "\\${$1}"));
    }
  }

  void leaveOut(String name) {
    if (!leftOut.contains(name)) {
      leftOut.add(name);
    }
  }

  /** The grant by the name it has in token requests. */
  void grantType(String name) {
    String prefix = "urn:ietf:params:oauth:grant-type:";
    String grant = name.trim();
    if (grant.equals("client_credentials") || grant.isEmpty()) {
      return; // what is requested without a word
    }
    if (grant.equals("password") || grant.equals("refresh_token")) {
      set("grant", grant);
    } else if (grant.startsWith(prefix)) {
      set("grant", grant.substring(prefix.length()).replace('-', '_'));
    } else if (grant.equals("authorization_code") || grant.equals("implicit")) {
      leaveOut("grant_type=" + grant); // a person signs in; see the command login
    } else {
      set("grant_type", grant);
    }
  }
}
