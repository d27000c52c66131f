package io.tollgate.cli;

import io.tollgate.text.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;

/**
 * The times that a token claims for itself, if it is a JWT (RFC 7519). Nothing else of it is read:
 * the rest may be about people.
 */
final class Jwt {
  private final Map<String, Object> claims;

  private Jwt(Map<String, Object> claims) {
    this.claims = claims;
  }

  static Jwt read(String token) {
    String[] parts = token.split("\\.");
    if (parts.length != 3) {
      return new Jwt(Collections.emptyMap());
    }
    try {
      byte[] payload = Base64.getUrlDecoder().decode(parts[1]);
      return new Jwt(
          JsonReader.object(JsonReader.parse(new String(payload, StandardCharsets.UTF_8))));
    } catch (IllegalArgumentException e) {
      return new Jwt(Collections.emptyMap());
    }
  }

  boolean is() {
    return !claims.isEmpty();
  }

  /** A claim that is a time, in ms since the epoch; {@code null} if it is not there. */
  Long millis(String claim) {
    Object value = claims.get(claim);
    return value instanceof Double ? Long.valueOf((long) ((Double) value * 1000)) : null;
  }
}
