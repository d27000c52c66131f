package io.tollgate.profile;

/** A header of every API request of a profile beside the token. Its value may be a secret. */
public final class ApiHeader {
  private final String name;
  private final String value;
  private final boolean secret;

  ApiHeader(String name, String value, boolean secret) {
    this.name = name;
    this.value = value;
    this.secret = secret;
  }

  /** Whether its value is one: all but the tenant header's. */
  public boolean isSecret() {
    return secret;
  }

  /**
   * The name of the header.
   *
   * @return as the profile has it
   */
  public String name() {
    return name;
  }

  /**
   * The value of the header.
   *
   * @return as the profile has it
   */
  public String value() {
    return value;
  }

  /** Never the value. */
  @Override
  public String toString() {
    return name;
  }
}
