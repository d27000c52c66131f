package io.tollgate.cli.login;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UnsupportedEncodingException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Forms, random texts and challenges. */
final class Texts {
  /** Answers to a login are a few kilobytes. */
  private static final int LARGEST = 1 << 20;

  private static final SecureRandom RANDOM = new SecureRandom();

  private Texts() {}

  static String read(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] some = new byte[8192];
    for (int n = in.read(some); n >= 0 && bytes.size() < LARGEST; n = in.read(some)) {
      bytes.write(some, 0, n);
    }
    return new String(bytes.toByteArray(), StandardCharsets.UTF_8);
  }

  /** Names and values as {@code application/x-www-form-urlencoded}. */
  static String form(Map<String, String> fields) {
    StringBuilder form = new StringBuilder();
    fields.forEach(
        (name, value) -> {
          form.append(form.length() == 0 ? "" : "&");
          form.append(encoded(name)).append('=').append(encoded(value));
        });
    return form.toString();
  }

  /**
   * {@code Basic}, of id and secret as form-encoded (RFC 6749 section 2.3.1).
   *
   * @param isRaw whether the server wants them as they are
   */
  static String basic(String id, String secret, boolean isRaw) {
    String pair = isRaw ? id + ":" + secret : encoded(id) + ":" + encoded(secret);
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private static String encoded(String text) {
    try {
      return URLEncoder.encode(text, "UTF-8");
    } catch (UnsupportedEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The names and values of a query or form; the first of a name counts. */
  static Map<String, String> fields(String form) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String pair : form.split("&")) {
      String[] parts = pair.split("=", 2);
      try {
        String value = parts.length > 1 ? URLDecoder.decode(parts[1], "UTF-8") : "";
        fields.putIfAbsent(URLDecoder.decode(parts[0], "UTF-8"), value);
      } catch (UnsupportedEncodingException | IllegalArgumentException e) {
        fields.putIfAbsent(parts[0], ""); // not encoded as a form: of no use here
      }
    }
    return fields;
  }

  /** What a server says of an error (RFC 6749 section 4.1.2.1), in one line. */
  static String error(Map<String, ?> answer) {
    Object error = answer.get("error");
    Object why = answer.get("error_description");
    String text = (error == null ? "an error" : error.toString()) + (why == null ? "" : ": " + why);
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() > 300 ? line.substring(0, 300) + "…" : line;
  }

  /** A text that nobody can guess. */
  static String random() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The challenge of a verifier (RFC 7636 section 4.2). */
  static String challenge(String verifier) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
