package io.tollgate.adopt;

import io.tollgate.adopt.plan.PlanElement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A part of a plan that requests tokens: in the terms of RFC 6749, or by a login of another shape.
 * Values are as fields of a plan have them, references included.
 */
final class TokenRequest {
  final PlanElement element;

  /** Where it asks, without a query. */
  String url = "";

  /** The query of the URL as it is written, as far as it is no part of the form. */
  String query = "";

  String method = "POST";

  /** The parameters of the form, client and user among them. */
  final Map<String, String> form = new LinkedHashMap<>();

  /** What is sent instead of a form; empty if a form is sent. */
  String body = "";

  /** Headers that a token server may need. */
  final Map<String, String> headers = new LinkedHashMap<>();

  /** The client of {@code Authorization: Basic}; {@code null} without such a header. */
  String basicId;

  String basicSecret;

  /** Whether it gives the token to its sampler itself. */
  boolean setsHeader;

  /** Why Tollgate can't make this request. */
  final List<String> obstacles = new ArrayList<>();

  /** What is different when Tollgate makes it. */
  final List<String> differences = new ArrayList<>();

  TokenRequest(PlanElement element) {
    this.element = element;
  }

  /** Whether it is another request than RFC 6749 describes. */
  boolean isLogin() {
    return !body.isEmpty() || grant().isEmpty();
  }

  String clientId() {
    return basicId != null ? basicId : form.getOrDefault("client_id", "");
  }

  String clientSecret() {
    return basicId != null ? basicSecret : form.getOrDefault("client_secret", "");
  }

  String grant() {
    return form.getOrDefault("grant_type", "");
  }

  /** Whether another request asks for the same tokens. */
  boolean asksTheSameAs(TokenRequest other) {
    return url.equals(other.url)
        && query.equals(other.query)
        && method.equals(other.method)
        && form.equals(other.form)
        && body.equals(other.body)
        && clientId().equals(other.clientId())
        && clientSecret().equals(other.clientSecret());
  }
}
