package io.tollgate.adopt;

import io.tollgate.adopt.plan.Expression;
import io.tollgate.text.JsonReader;
import java.io.UnsupportedEncodingException;
import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.Map;

/** The parameters of a form in a text, or those of a JSON object that stands for one. */
final class FormBody {
  private FormBody() {}

  /**
   * Reads {@code name=value&name=value}.
   *
   * @param body URL-encoded; references and what they hold are not
   */
  static Map<String, String> read(String body) {
    Map<String, String> form = new LinkedHashMap<>();
    for (String pair : body.trim().split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        form.put(decoded(pair.substring(0, equals)).trim(), decoded(pair.substring(equals + 1)));
      }
    }
    return form;
  }

  /** Reads a JSON object of texts; empty if it is none. */
  static Map<String, String> readJson(String body) {
    Map<String, String> form = new LinkedHashMap<>();
    if (body.trim().startsWith("{")) {
      try {
        JsonReader.object(JsonReader.parse(body.trim()))
            .forEach(
                (name, value) -> {
                  if (value instanceof String) {
                    form.put(name, (String) value);
                  }
                });
      } catch (IllegalArgumentException e) {
        return new LinkedHashMap<>(); // a reference outside of quotes, or no JSON at all
      }
    }
    return form;
  }

  /** A value as it was before it was URL-encoded, by its author or by a function. */
  static String decoded(String value) {
    String inner =
        Expression.replaced(
            value, each -> each.name().equals("__urlencode") ? each.argument(0) : null);
    if (inner.indexOf('%') < 0 && inner.indexOf('+') < 0) {
      return inner;
    }
    if (!Expression.in(inner).isEmpty()) {
      // Inside of a reference nothing is encoded; outside, a scope may have its spaces.
      return Expression.literal(inner).indexOf('%') < 0 ? spaced(inner) : inner;
    }
    try {
      return URLDecoder.decode(inner, "UTF-8");
    } catch (UnsupportedEncodingException | IllegalArgumentException e) {
      return inner;
    }
  }

  private static String spaced(String value) {
    StringBuilder out = new StringBuilder();
    int depth = 0;
    for (char c : value.toCharArray()) {
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      out.append(c == '+' && depth == 0 ? ' ' : c);
    }
    return out.toString();
  }
}
