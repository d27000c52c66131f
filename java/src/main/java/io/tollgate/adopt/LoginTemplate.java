package io.tollgate.adopt;

import io.tollgate.adopt.plan.Expression;
import io.tollgate.text.JsonReader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A login as {@code grant=login} makes it: its body or form with places for user, password and
 * secrets, which are settings of their own.
 */
final class LoginTemplate {
  private static final Pattern JSON_TEXT =
      Pattern.compile("\"([^\"\\\\]+)\"(\\s*:\\s*)\"((?:\\\\.|[^\"\\\\])*)\"");

  private static final Pattern USER =
      Pattern.compile("(?i)(user|login|account)[_-]?(name|id|e?mail)?|e-?mail|phone|mobile");

  private static final Pattern PASSWORD = Pattern.compile("(?i).*(passw|passphrase|pwd).*|pass");

  private static final Pattern SECRET = Pattern.compile("(?i).*(secret|key|otp|pin|token).*");

  private final TokenRequest request;
  private final CredentialSettings settings;

  /** What was found so far; {@code null} if it was not. */
  private String user;

  private String password;

  LoginTemplate(TokenRequest request, CredentialSettings settings) {
    this.request = request;
    this.settings = settings;
  }

  void fill() {
    if (request.body.isEmpty()) {
      request.form.forEach((name, value) -> put("token_param." + name, place(name, value, name)));
    } else if (request.body.startsWith("{")) {
      settings.put("token_body", json());
    } else {
      settings.obstacles.add("its body is neither JSON nor a form: see docs/grants/login.md");
    }
    if (user != null || password != null) {
      settings.user(user == null ? "" : user, password == null ? "" : password);
    }
  }

  private void put(String setting, String value) {
    if (!settings.settings().containsKey(setting)) {
      settings.put(setting, value);
    }
  }

  private String json() {
    Matcher texts = JSON_TEXT.matcher(request.body);
    StringBuffer body = new StringBuffer();
    while (texts.find()) {
      String name = texts.group(1);
      String value = unescaped(texts.group(3));
      String place = value == null ? null : place(name, value, null);
      boolean isPlace = place != null && !place.equals(value);
      String text = isPlace ? place : texts.group(3);
      texts.appendReplacement(
          body, Matcher.quoteReplacement("\"" + name + "\"" + texts.group(2) + "\"" + text + "\""));
    }
    texts.appendTail(body);
    return body.toString();
  }

  private static String unescaped(String json) {
    try {
      return (String) JsonReader.parse("\"" + json + "\"");
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * What stands in the place of a field's value: a name of a setting that has it, or the value.
   *
   * @param param the parameter that is the field itself, {@code null} if it is part of a body
   */
  private String place(String name, String value, String param) {
    if (name.equals("client_id") && param == null) {
      settings.put("client_id", value);
      return "{{client_id}}";
    }
    if (name.equals("client_secret")) {
      settings.secret("client_secret", value);
      return "{{client_secret}}";
    }
    if (PASSWORD.matcher(name).matches() && (password == null || password.equals(value))) {
      password = value;
      return "{{password}}";
    }
    if (USER.matcher(name).matches() && (user == null || user.equals(value))) {
      user = value;
      return "{{username}}";
    }
    boolean isSecret =
        (SECRET.matcher(name).matches() || PASSWORD.matcher(name).matches())
            && Expression.in(value).isEmpty()
            && !value.isEmpty();
    if (!isSecret) {
      return value;
    }
    settings.secret("token_param." + name, value);
    return "{{" + name + "}}";
  }
}
