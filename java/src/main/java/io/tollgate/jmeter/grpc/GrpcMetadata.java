package io.tollgate.jmeter.grpc;

import io.tollgate.text.JsonWriter;
import java.io.UnsupportedEncodingException;
import java.net.URLDecoder;
import java.util.Locale;

/**
 * The metadata of the gRPC Request sampler with entries added to it. What the plan has there stays,
 * in either of the two forms that the sampler reads: a JSON object of strings, or {@code
 * key:value,key:value}. Only the first can hold a token, for the second is cut at commas and its
 * values are URL-decoded; so that is what it becomes.
 */
final class GrpcMetadata {
  private final StringBuilder members = new StringBuilder();

  GrpcMetadata(String ofThePlan) {
    String text = ofThePlan == null ? "" : ofThePlan.trim();
    if (text.startsWith("{") && text.endsWith("}")) {
      members.append(text, 1, text.length() - 1);
      if (members.toString().trim().isEmpty()) {
        members.setLength(0);
      }
      return;
    }
    for (String part : text.isEmpty() ? new String[0] : text.split(",")) {
      int colon = part.indexOf(':');
      put(
          colon < 0 ? part : part.substring(0, colon),
          colon < 0 ? "" : decoded(part.substring(colon + 1)));
    }
  }

  /** Adds an entry. The last of a name counts, and gRPC's names are in lower case. */
  void put(String name, String value) {
    if (members.length() > 0) {
      members.append(',');
    }
    JsonWriter.quote(members, name.trim().toLowerCase(Locale.ROOT));
    members.append(':');
    JsonWriter.quote(members, value);
  }

  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value, "UTF-8");
    } catch (UnsupportedEncodingException | IllegalArgumentException e) {
      return value;
    }
  }

  /** As the sampler reads it. Holds a secret. */
  @Override
  public String toString() {
    return "{" + members + "}";
  }
}
