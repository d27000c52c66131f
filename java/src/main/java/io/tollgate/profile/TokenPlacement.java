package io.tollgate.profile;

/** Where a request has the token: the settings {@code token_place}, name and scheme. */
public final class TokenPlacement {
  private static final String COOKIE = "Cookie";

  private final String place;
  private final String name;

  /** What stands before the token, with the blank between. */
  private final String before;

  TokenPlacement(String place, String name, String before) {
    this.place = place;
    this.name = name;
    this.before = before;
  }

  /** Whether a cookie has it. */
  public boolean isCookie() {
    return "cookie".equals(place);
  }

  /** Whether a query parameter of the URL has it. */
  public boolean isQuery() {
    return "query".equals(place);
  }

  /**
   * The name of the header, cookie or parameter.
   *
   * @return as the profile has it
   */
  public String name() {
    return name;
  }

  /**
   * The name of the header that has the token.
   *
   * @return {@code Cookie} for a cookie; {@code null} if no header has it
   */
  public String header() {
    return isQuery() ? null : isCookie() ? COOKIE : name;
  }

  /**
   * The value of that header.
   *
   * @param value the token with what stands before it
   * @return a secret
   */
  public String headerValue(String value) {
    return isCookie() ? name + "=" + value : value;
  }

  /** The token with what stands before it. */
  String value(String token) {
    return before + token;
  }
}
