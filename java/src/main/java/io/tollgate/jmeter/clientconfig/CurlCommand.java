package io.tollgate.jmeter.clientconfig;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.apache.commons.lang3.tuple.Pair;
import org.apache.jmeter.protocol.http.control.Authorization;
import org.apache.jmeter.protocol.http.curl.BasicCurlParser;

/** A command of curl, read by JMeter's own parser. */
final class CurlCommand {
  private static final String BASIC = "basic ";

  private CurlCommand() {}

  static void read(String text, ClientConfiguration into) {
    if (!text.startsWith("curl")) {
      throw new IllegalArgumentException("no curl");
    }
    // Line ends as shells of Unix, Windows and PowerShell continue them.
    BasicCurlParser.Request request =
        new BasicCurlParser()
            .parse(text.replaceAll("[\\\\^`]\\r?\\n", " ").replaceAll("\\r?\\n", " "));
    String body = request.getPostData();
    StringBuilder form = new StringBuilder(body == null ? "" : body);
    for (Pair<String, String> part : request.getFormStringData()) {
      form.append(form.length() == 0 ? "" : "&")
          .append(part.getLeft())
          .append('=')
          .append(part.getRight());
    }
    TokenRequestForm.parameters(form.toString(), into);
    into.set("token_url", request.getUrl());
    Authorization basic = request.getAuthorization();
    if (basic != null && basic.getUser() != null && !basic.getUser().isEmpty()) {
      client(basic.getUser(), basic.getPass(), into);
    }
    for (Pair<String, String> header : request.getHeaders()) {
      header(header.getLeft(), header.getRight(), into);
    }
  }

  private static void header(String name, String value, ClientConfiguration into) {
    switch (name.toLowerCase(Locale.ROOT)) {
      case "authorization":
        if (value.toLowerCase(Locale.ROOT).startsWith(BASIC)) {
          byte[] pair = Base64.getDecoder().decode(value.substring(BASIC.length()).trim());
          String[] parts = new String(pair, StandardCharsets.UTF_8).split(":", 2);
          client(parts[0], parts.length > 1 ? parts[1] : "", into);
        } else {
          into.leaveOut(name);
        }
        break;
      case "content-type":
      case "accept":
      case "cookie":
      case "user-agent":
        break; // Tollgate sends its own
      default:
        into.set("token_header." + name, value);
    }
  }

  /** Curl sends them as they are, not form-encoded first. */
  private static void client(String id, String secret, ClientConfiguration into) {
    into.set("client_id", id);
    into.set("client_secret", secret);
    into.set("client_auth", "client_secret_basic_raw");
  }
}
