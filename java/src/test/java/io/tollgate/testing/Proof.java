package io.tollgate.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** What a proof says. That it is signed by its key is tested where it is made. */
public final class Proof {
  private final JsonNode claims;

  public Proof(String header) {
    try {
      byte[] claims = Base64.getUrlDecoder().decode(header.split("\\.")[1]);
      this.claims = new ObjectMapper().readTree(claims);
    } catch (IOException e) {
      throw new IllegalArgumentException(header, e);
    }
  }

  /** A claim as text, empty if it is not there. */
  public String claim(String name) {
    return claims.path(name).asText();
  }

  /** Whether it is of the token in this {@code Authorization} header. */
  public boolean isOf(String authorization) {
    try {
      byte[] token = authorization.substring("DPoP ".length()).getBytes(StandardCharsets.US_ASCII);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(token);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash).equals(claim("ath"));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
