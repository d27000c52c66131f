package io.tollgate.cli.endpoint;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UnsupportedEncodingException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a client sends: a form, and perhaps a Basic header (RFC 6749 sections 2.3.1 and 4.4.2). */
final class ClientForm {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String BASIC = "basic ";
  private static final int LARGEST = 64 * 1024;

  private final Map<String, String> fields;

  /** The pair of the Basic header as sent, {@code null} without such a header. */
  private final String basic;

  private ClientForm(Map<String, String> fields, String basic) {
    this.fields = fields;
    this.basic = basic;
  }

  static ClientForm read(HttpExchange exchange) throws IOException, Refused {
    byte[] body = body(exchange);
    String type = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
    if (!type.split(";", 2)[0].trim().equalsIgnoreCase(FORM)) {
      throw new Refused(Answer.invalidRequest("the body must be " + FORM));
    }
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    return new ClientForm(
        fields(new String(body, StandardCharsets.UTF_8)), header == null ? null : pair(header));
  }

  private static byte[] body(HttpExchange exchange) throws IOException, Refused {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] some = new byte[4096];
    InputStream in = exchange.getRequestBody();
    for (int n = in.read(some); n >= 0; n = in.read(some)) {
      bytes.write(some, 0, n);
      if (bytes.size() > LARGEST) {
        throw new Refused(
            Answer.invalidRequest("the body is too large").with("Connection", "close"));
      }
    }
    return bytes.toByteArray();
  }

  private static Map<String, String> fields(String form) throws Refused {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String pair : form.split("&")) {
      String[] parts = pair.split("=", 2);
      String value = parts.length > 1 ? decoded(parts[1]) : "";
      // "Parameters sent without a value MUST be treated as if they were omitted"; none may come
      // twice (RFC 6749 section 3.2).
      if (!value.isEmpty() && fields.put(decoded(parts[0]), value) != null) {
        throw new Refused(Answer.invalidRequest("a parameter is there twice"));
      }
    }
    return fields;
  }

  private static String pair(String header) throws Refused {
    if (!header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      throw new Refused(Answer.invalidRequest("the Authorization header is not Basic"));
    }
    try {
      byte[] pair = Base64.getDecoder().decode(header.substring(BASIC.length()).trim());
      return new String(pair, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Refused(Answer.invalidRequest("the Authorization header is not base64"));
    }
  }

  private static String decoded(String text) throws Refused {
    try {
      return URLDecoder.decode(text, "UTF-8");
    } catch (UnsupportedEncodingException | IllegalArgumentException e) {
      throw new Refused(Answer.invalidRequest("the form is not encoded as " + FORM));
    }
  }

  /** The value of a parameter, {@code null} if it is not there. */
  String field(String name) {
    return fields.get(name);
  }

  String required(String name) throws Refused {
    String value = fields.get(name);
    if (value == null) {
      throw new Refused(Answer.invalidRequest(name + " is missing"));
    }
    return value;
  }

  boolean isBasic() {
    return basic != null;
  }

  /**
   * The client and its secret as they may be meant.
   *
   * <p>Most programs send a Basic header as it is typed, and not form-encoded as RFC 6749 wants.
   *
   * @return pairs of id and secret, none if the request has no secret
   */
  String[][] identities() throws Refused {
    if (basic == null) {
      String secret = field("client_secret");
      return secret == null ? new String[0][] : new String[][] {{required("client_id"), secret}};
    }
    if (field("client_secret") != null) {
      throw new Refused(Answer.invalidRequest("the client authenticates twice"));
    }
    int colon = basic.indexOf(':');
    if (colon < 0) {
      throw new Refused(Answer.invalidRequest("the Basic header has no secret"));
    }
    String id = basic.substring(0, colon);
    String secret = basic.substring(colon + 1);
    return basic.contains("%") || basic.contains("+")
        ? new String[][] {{id, secret}, {lenient(id), lenient(secret)}}
        : new String[][] {{id, secret}};
  }

  /** Decoded where that can be done. */
  private static String lenient(String text) {
    try {
      return decoded(text);
    } catch (Refused e) {
      return text;
    }
  }
}
