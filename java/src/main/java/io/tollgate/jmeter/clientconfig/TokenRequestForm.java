package io.tollgate.jmeter.clientconfig;

import java.io.UnsupportedEncodingException;
import java.net.URLDecoder;

/** The form of a token request: {@code grant_type=…&client_id=…}. */
final class TokenRequestForm {
  private TokenRequestForm() {}

  static void read(String text, ClientConfiguration into) {
    if (!text.contains("&") || !text.contains("grant_type=") || text.contains("\n")) {
      throw new IllegalArgumentException("no form");
    }
    parameters(text.substring(text.indexOf('?') + 1), into);
  }

  static void parameters(String form, ClientConfiguration into) {
    boolean isOfClient = false;
    for (String pair : form.split("&")) {
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        continue;
      }
      String name = decoded(pair.substring(0, equals)).trim();
      String value = decoded(pair.substring(equals + 1));
      switch (name) {
        case "grant_type":
          into.grantType(value);
          break;
        case "client_secret":
          isOfClient = true;
          into.set(name, value);
          break;
        case "client_id":
        case "username":
        case "password":
        case "scope":
        case "audience":
        case "resource":
        case "refresh_token":
        case "assertion":
        case "client_assertion":
        case "subject_token":
        case "actor_token":
          into.set(name, value);
          break;
        case "subject_token_type":
        case "actor_token_type":
        case "requested_token_type":
          into.set(name, value);
          break;
        case "client_assertion_type":
          break; // there is one
        case "code":
        case "redirect_uri":
        case "code_verifier":
          into.leaveOut(name);
          break;
        default:
          into.set("token_param." + name, value);
      }
    }
    if (isOfClient) {
      into.set("client_auth", "client_secret_post");
    }
  }

  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value, "UTF-8");
    } catch (UnsupportedEncodingException | IllegalArgumentException e) {
      return value; // it was not encoded
    }
  }
}
